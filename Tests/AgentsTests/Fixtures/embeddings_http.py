"""Loopback embeddings: the first part of the path says how to behave. Prints its port; with --print, also requests."""
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def vector(text):
    """Tells texts apart, and has another length than 1."""
    return [float(len(text)), 3.0, -4e0, 0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def reply(self, status, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "--print" in sys.argv:
            print(json.dumps({"path": self.path, "body": body.decode(), "headers": dict(self.headers)}), flush=True)
        texts = json.loads(body)["input"]
        rows = [{"index": index, "embedding": vector(text)} for index, text in enumerate(texts)]
        answer = {"data": rows, "usage": {"prompt_tokens": 10 * len(texts)}}
        mode = self.path.split("/")[1]
        if mode == "ok":
            self.reply(200, answer)
        elif mode == "reversed":
            self.reply(200, {**answer, "data": rows[::-1]})
        elif mode == "bare":
            self.reply(200, {"data": [{"embedding": row["embedding"]} for row in rows]})
        elif mode == "few":
            self.reply(200, {"data": rows[1:]})
        elif mode == "twice":
            self.reply(200, {"data": [rows[0] for _ in rows]})
        elif mode == "far":
            self.reply(200, {"data": [{**row, "index": 1 << 62} for row in rows]})
        elif mode == "short":
            self.reply(200, {"data": [{**row, "embedding": [1, 2]} for row in rows]})
        elif mode == "zeros":
            self.reply(200, {"data": [{**row, "embedding": [0, 0, 0, 0]} for row in rows]})
        elif mode == "words":
            self.reply(200, {"data": [{**row, "embedding": ["1", None, 3, 4]} for row in rows]})
        elif mode == "huge-numbers":
            self.reply(200, json.dumps(answer).replace("3.0", "1e999").encode())
        elif mode == "base64":
            self.reply(200, {"data": [{**row, "embedding": "AAAA"} for row in rows]})
        elif mode == "empty":
            self.reply(200, b"")
        elif mode == "html":
            self.reply(200, b"<html>Please log in.</html>")
        elif mode == "no-data":
            self.reply(200, {"object": "list"})
        elif mode == "limited":
            self.reply(429, {"error": {"code": "slow_down"}}, Retry_After="7")
        elif mode == "poor":
            self.reply(429, {"error": {"code": "insufficient_quota"}})
        elif mode == "hang":
            time.sleep(60)
        elif mode == "endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for _ in range(1024):
                self.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
        elif mode.isdigit():
            key = self.headers.get("Authorization", "")
            self.reply(int(mode), {"error": {"message": "scripted\nfor " + key}})
        else:
            self.reply(404, {})


def leave_with_parent():
    """The other end of our input closes when the test runner ends, however it ends."""
    sys.stdin.read()
    os._exit(0)


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # Clients that give up are a part of the script.


threading.Thread(target=leave_with_parent, daemon=True).start()
server = Server(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
