"""A process that takes part: requests on its standard input, a line of JSON for each on its standard output."""

import json
import os
import pathlib
import subprocess
import threading
import time

from . import machine

SAMPLE_SECONDS = 0.05


class Failed(Exception):
    """A participant ended, or said what nobody can read."""


class Participant:
    def __init__(self, name, command, folder, server=None):
        self.name, self.folder, self.server = name, folder, server
        self.disk = machine.Disk(folder)
        environment = {**os.environ, **server.environment} if server else None
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment)

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line):
        if self.server:
            self.server.resume()
        try:
            self.send(line)
            answer = self.process.stdout.readline()
        except OSError:
            answer = ""
        if self.server:
            self.server.pause()
        if not answer:
            raise Failed(f"{self.name}: ended with code {self.process.wait()} at `{line}`")
        return json.loads(answer)

    def measure(self, line):
        """One share: the answer, and beside it what the kernel saw."""
        os.sync()
        memory = None if self.server else Memory(self.process.pid)
        foreign, written, begin = machine.Foreign(), self.disk.bytes_written(), time.monotonic()
        (_, steal) = machine.processor_times()
        answer = self.ask(line)
        seconds = time.monotonic() - begin
        if memory:
            answer["rss_anon"] = memory.end()
        answer["foreign"] = foreign.busy()
        answer["steal"] = (machine.processor_times()[1] - steal) / seconds
        os.sync()
        if written is not None:
            answer["bytes_written"] = self.disk.bytes_written() - written
        return answer

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.server:
            self.server.resume()
        if self.process.poll() is None:
            try:
                self.send("quit")
                self.process.wait(timeout=60)
            except (OSError, subprocess.TimeoutExpired):
                self.kill()


class Memory:
    """The most anonymous memory that a process had: mapped pages of a file are not memory use."""

    def __init__(self, process):
        self.status = pathlib.Path(f"/proc/{process}/status")
        self.most, self.over = 0, threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)
        self.thread.start()

    def sample(self):
        while True:
            try:
                for line in self.status.read_text().splitlines():
                    if line.startswith("RssAnon:"):
                        self.most = max(self.most, int(line.split()[1]) << 10)
            except OSError:
                return
            if self.over.wait(SAMPLE_SECONDS):
                return

    def end(self):
        self.over.set()
        self.thread.join()
        return self.most
