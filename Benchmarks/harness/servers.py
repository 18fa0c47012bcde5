"""Servers that peers talk to: a private cluster or server for each case, on loopback, with its files on our disk."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

START_SECONDS_MAX = 60
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
# Besides these everything is as Debian's PostgreSQL starts it.
POSTGRES_SETTINGS = {"fsync": "on", "synchronous_commit": "on", "listen_addresses": "", "max_connections": "80"}


def wait_until(is_ready, what):
    begin = time.monotonic()
    while not is_ready():
        if time.monotonic() - begin > START_SECONDS_MAX:
            sys.exit(f"bench: {what} did not start in {START_SECONDS_MAX} s")
        time.sleep(0.1)


class Server:
    """Its processes stand still between the shares, so that its housekeeping disturbs nobody else's."""

    def begin(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                                        start_new_session=True)

    def pause(self):
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.killpg(self.process.pid, signal.SIGCONT)

    def end(self):
        self.resume()
        self.process.terminate()
        self.process.wait()


class Postgres(Server):
    """A cluster that speaks over a socket in its folder. It runs as `postgres` where we are root: it insists."""

    def __init__(self, folder, builds):
        self.folder = folder / "cluster"
        # Not below the folder: a path of a socket has 107 bytes at most.
        self.host = tempfile.mkdtemp(prefix="bench-")
        self.is_root = os.geteuid() == 0
        self.folder.mkdir(parents=True)
        if self.is_root:
            for place in (self.folder, self.host):
                shutil.chown(place, "postgres", "postgres")
        self.run("initdb", "-D", self.folder, "-U", "bench", "--auth=trust", "--no-locale", "-E", "UTF8")
        command = [POSTGRES / "postgres", "-D", self.folder, "-k", self.host]
        for name, value in POSTGRES_SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self.begin([*self.prefix(), *command])
        self.environment = {"PGHOST": self.host, "PGUSER": "bench"}
        wait_until(lambda: subprocess.run([POSTGRES / "pg_isready", "-q", "-h", self.host]).returncode == 0,
                   "PostgreSQL")

    def prefix(self):
        return ["setpriv", "--reuid=postgres", f"--regid={pwd.getpwnam('postgres').pw_gid}", "--clear-groups"] \
            if self.is_root else []

    def run(self, tool, *arguments):
        done = subprocess.run([*self.prefix(), POSTGRES / tool, *arguments], capture_output=True, text=True, cwd="/")
        if done.returncode != 0:
            sys.exit(f"bench: {tool} failed: {(done.stdout + done.stderr)[-2000:]}")

    def end(self):
        super().end()
        shutil.rmtree(self.host)


class Nats(Server):
    """A server that flushes before every acknowledgement."""

    def __init__(self, folder, builds):
        port, monitor = free_port(), free_port()
        settings = folder / "nats.conf"
        settings.write_text(
            f'host: "127.0.0.1"\nport: {port}\nhttp: "127.0.0.1:{monitor}"\n'
            f'jetstream {{ store_dir: "{folder / "data"}", sync_interval: always }}\n')
        self.begin([builds.python.parent / "nats-server", "-c", settings])
        self.environment = {"NATS_PORT": str(port), "NATS_MONITOR": str(monitor)}
        wait_until(lambda: answers(port) and answers(monitor), "NATS")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


SERVERS = {"postgres": Postgres, "nats": Nats}
