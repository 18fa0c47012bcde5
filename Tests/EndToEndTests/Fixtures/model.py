#!/usr/bin/env python3
"""A model endpoint on 127.0.0.1 that answers each request as the next word of its script says.

usage: model.py [log:PATH] WORD...     prints its port; the last word is repeated
words: ok 429 429:SECONDS 500 html cut empty hang, and for vectors: wide nan huge few twice
With log:PATH each request is a line of that file. Texts at /embeddings get vectors of four concepts and their length.
"""
import http.server, json, sys, time

script = sys.argv[1:]
log = script.pop(0)[4:] if script and script[0].startswith("log:") else None
HANG_SECONDS = 30
CONCEPTS = [
    {"price", "pricing", "costs", "pay", "money"}, {"refund", "refunds", "return", "reimbursed"},
    {"dark", "shade", "light", "sun"}, {"purple", "envelopes", "stationery"},
]


def vector(text):
    words = [word.strip(".,?!#:").lower() for word in text.split()]
    return [float(sum(word in concept for word in words)) for concept in CONCEPTS] + [0.001 * len(words) + 0.01]


def value(schema):
    kind = schema.get("type")
    if kind == "object":
        return {name: value(inner) for name, inner in schema["properties"].items() if name in schema["required"]}
    if kind == "array":
        return [value(schema["items"])]
    return {"number": 0.5, "boolean": True}.get(kind, "said the model")


class Model(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if log:
            with open(log, "a") as file:
                file.write(json.dumps({"path": self.path, "body": body}) + "\n")
        word = script.pop(0) if len(script) > 1 else script[0]
        if word == "hang":
            time.sleep(HANG_SECONDS)
            return
        if word.startswith("429"):
            headers = {"Retry-After": word[4:]} if ":" in word else {}
            return self.answer(429, {"error": {"message": "slow down"}}, headers)
        if word == "500":
            return self.answer(500, {"error": {"message": "broken"}})
        if word == "html":
            return self.send(200, b"<html>sign in</html>", {})
        if self.path.endswith("/embeddings"):
            rows = [{"index": index, "embedding": vector(text)} for index, text in enumerate(body["input"])]
            if word == "wide":
                rows[-1]["embedding"].append(0.5)
            if word in ("nan", "huge"):
                rows[-1]["embedding"][0] = float("nan") if word == "nan" else 1e300
            if word == "few":
                rows.pop()
            if word == "twice":
                rows[-1]["index"] = 0
            return self.answer(200, {"data": rows, "usage": {"prompt_tokens": 10 * len(body["input"])}})
        if word == "empty":
            return self.answer(200, {"choices": []})
        content = json.dumps(value(body["response_format"]["json_schema"]["schema"]))
        if word == "cut":
            content = content[: len(content) // 2]
        self.answer(200, {
            "model": body["model"], "usage": {"prompt_tokens": 100, "completion_tokens": 20},
            "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}]})

    def answer(self, status, value, headers={}):
        self.send(status, json.dumps(value).encode(), headers)

    def send(self, status, bytes, headers):
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(bytes)))
        self.end_headers()
        self.wfile.write(bytes)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
print(server.server_port, flush=True)
server.serve_forever()
