"""Loopback HTTP: the first part of the path says how to behave. Prints its port, then each request as JSON."""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USAGE = {"prompt_tokens": 1000, "completion_tokens": 200, "prompt_tokens_details": {"cached_tokens": 400}}


def answer(content="Hello.", usage=USAGE, finish="stop", **message):
    message = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {"model": "served-model", "choices": [choice], "usage": usage}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, body, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        print(json.dumps({"path": self.path, "body": body.decode(), "headers": dict(self.headers)}), flush=True)
        self.behave(self.path.split("/")[1])

    def do_GET(self):
        self.behave(self.path.split("?")[0].split("/")[1])

    def behave(self, mode):
        if mode == "ok":
            self.reply(200, answer())
        elif mode == "priced":
            self.reply(200, answer(usage={**USAGE, "cost": 0.00012345}))
        elif mode == "length":
            self.reply(200, answer("Hel", finish="length"))
        elif mode == "filtered":
            self.reply(200, answer("Hel", finish="content_filter"))
        elif mode == "refusal":
            self.reply(200, answer(None, refusal="I would rather not."))
        elif mode == "absurd":
            self.reply(200, answer(usage={"prompt_tokens": -5, "completion_tokens": 1.5, "cost": -1}))
        elif mode == "echo":
            self.reply(200, answer("You said " + self.headers.get("Authorization", "")))
        elif mode.isdigit():
            self.reply(int(mode), {"error": {"message": "scripted", "echo": self.headers.get("Authorization", "")}})
        elif mode == "limited":
            self.reply(429, {"error": {"code": "slow_down"}}, Retry_After="7")
        elif mode == "limited-absurd":
            self.reply(429, {}, Retry_After="1000000000")
        elif mode == "poor":
            self.reply(429, {"error": {"code": "insufficient_quota"}}, Retry_After="7")
        elif mode == "html":
            self.reply(200, b"<html><body>Please log in.</body></html>", kind="text/html")
        elif mode == "cut":
            self.reply(200, json.dumps(answer()).encode()[:60])
        elif mode == "short":
            data = json.dumps(answer()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:60])
            self.close_connection = True
        elif mode == "empty":
            self.reply(200, b"")
        elif mode == "no-choice":
            self.reply(200, {"choices": [], "usage": USAGE})
        elif mode == "no-content":
            self.reply(200, answer(""))
        elif mode == "wrong-type":
            self.reply(200, answer(["a", "list"]))
        elif mode == "hang":
            time.sleep(60)
        elif mode == "trickle":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(600):
                self.wfile.write(b" ")
                time.sleep(0.1)
        elif mode == "huge":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            chunk = b"x" * 65536
            for _ in range(1024):
                self.wfile.write(b"10000\r\n" + chunk + b"\r\n")
        elif mode == "redirect":
            self.reply(302, {}, Location="/ok/chat/completions")
        elif mode == "feed":
            self.reply(200, open(sys.argv[1], "rb").read(), kind="application/rss+xml")
        elif mode == "feed-redirect":
            self.reply(301, b"", Location="/feed")
        elif mode == "feed-loop":
            self.reply(301, b"", Location="/feed-loop")
        else:
            self.reply(404, {})


def leave_with_parent():
    """The other end of our input closes when the test runner ends, however it ends."""
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave_with_parent, daemon=True).start()
class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # Clients that give up are a part of the script.


server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
