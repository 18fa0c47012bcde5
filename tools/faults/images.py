"""What a power cut can leave behind: images made from a trace of writes, each opened and read back.

The trace holds every operation on the ledger's files in their order, and every line that the process said. At each
place in it the power may go. Then of the writes that were not flushed any may have reached the disk, and any may not,
wholly or by sectors of 512 bytes. Names (a file made, moved, removed; a folder made) reach the disk in their order,
as a journalling file system has it, and surely once their folder was flushed. A flush covers what was written to that
file before it; a write through a descriptor opened with O_DSYNC is flushed itself, and covers nothing else.
"""
import collections, hashlib, os, random, shutil, struct

from .common import Answers, Checker, Report, Workshop, faults_of, losses_of

SECTOR = 512
BEFORE, DURING = 12, 8
MDB_NOSYNC, MDB_NOMETASYNC = 0x10000, 0x40000
# Name, what the shim adds, how many acknowledgements are held back, whether it must lose. Where acknowledgements are
# held back the ledger's checkpoints are not, so they are left out of the judgement there: they would have to wait too.
ARMS = {
    "as it is": ({}, 0, False),
    "as it is, with the journal": ({"journal": "always"}, 0, False),
    "journal not flushed": ({"journal": "always", "lie": "ledger.journal"}, 0, True),
    "NOMETASYNC, answered one commit later": ({"mdb_flags": MDB_NOMETASYNC}, 1, False),
    "NOMETASYNC, answered at once": ({"mdb_flags": MDB_NOMETASYNC}, 0, True),
    "NOSYNC": ({"mdb_flags": MDB_NOSYNC}, 0, True),
    "checkpoint not flushed before it is renamed": ({"lie": "checkpoint.new"}, 0, True),
}
RANDOM_SUBSETS = 6


class File:
    """The content of a file on the disk, and the writes that may or may not be there yet."""

    def __init__(self, content=b""):
        self.durable, self.pending = bytearray(content), []

    def flush(self):
        self.durable = self.content(self.pending)
        self.pending = []

    def content(self, writes):
        content = bytearray(self.durable)
        for write in writes:
            apply(content, write)
        return content


def apply(content, write):
    kind, offset, data = write
    if kind == "T":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    content[offset:offset + len(data)] = data


class Disk:
    """Files, and the names that lead to them: what is surely there, and what may be."""

    def __init__(self, contents):
        self.names = {path: File(content) for path, content in contents.items()}
        self.pending, self.live = [], dict(self.names)

    def do(self, kind, flushed, path, offset, data):
        if path.endswith("-lock"):
            return
        if kind in "CRUD":
            if kind == "C":
                self.live[path] = File()
            change = (kind, path, data.decode(), self.live.get(path))
            self.rename(self.live, change)
            self.pending.append(change)
        elif kind == "S" and path in self.live:
            self.live[path].flush()
        elif kind == "S":
            self.flush_folder(path)
        elif flushed:
            apply(self.live[path].durable, (kind, offset, data))
            for write in self.live[path].pending:
                assert write[1] + len(write[2]) <= offset or offset + len(data) <= write[1], "writes overlap"
        else:
            self.live[path].pending.append((kind, offset, data))

    def flush_folder(self, folder):
        """The names of a folder are in the journal, and so is everything before the last of them."""
        last = max((i for i, change in enumerate(self.pending) if os.path.dirname(change[1]) == folder), default=-1)
        for change in self.pending[:last + 1]:
            self.rename(self.names, change)
        del self.pending[:last + 1]

    @staticmethod
    def rename(names, change):
        kind, path, target, file = change
        if kind == "C":
            names[path] = file
        elif kind == "R":
            names.pop(path, None)
            names[target] = file
        elif kind == "U":
            names.pop(path, None)

    def unsure(self):
        """The writes that may be missing: file and place."""
        files = {id(file): file for file in [*self.live.values(), *self.names.values()]}
        return [(file, index) for file in files.values() for index in range(len(file.pending))]

    def image(self, changes, kept, torn=None):
        """Paths and contents, if so many changes of names and these writes have reached the disk."""
        names = dict(self.names)
        for change in self.pending[:changes]:
            self.rename(names, change)
        result = {}
        for path, file in names.items():
            writes = [write for index, write in enumerate(file.pending) if (id(file), index) in kept]
            content = file.content(writes)
            if torn and torn[0] is file:
                apply(content, torn[1])
            result[path] = bytes(content)
        return result


def images(disk, chance):
    """The images that a power cut at this moment can leave: name, paths with contents."""
    unsure = disk.unsure()
    every = {(id(file), index) for file, index in unsure}
    for changes in sorted({0, len(disk.pending) // 2, len(disk.pending)}):
        yield "none of the writes", disk.image(changes, set())
        yield "all of the writes", disk.image(changes, every)
        for file, index in unsure:
            one = (id(file), index)
            yield "one missing", disk.image(changes, every - {one})
            yield "one alone", disk.image(changes, {one})
            kind, offset, data = file.pending[index]
            if kind == "W" and len(data) > SECTOR:
                cut = SECTOR * chance.randrange(1, -(-len(data) // SECTOR))
                yield "one torn", disk.image(changes, every - {one}, (file, (kind, offset, data[:cut])))
                yield "one torn", disk.image(changes, every - {one}, (file, (kind, offset + cut, data[cut:])))
        for _ in range(RANDOM_SUBSETS if len(unsure) > 2 else 0):
            yield "any", disk.image(changes, {one for one in sorted(every) if chance.random() < 0.5})


def contents(folder):
    """The files of a folder, but for LMDB's lock file, which is worth nothing once all processes have ended."""
    paths = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    return {path: open(path, "rb").read() for path in paths if not path.endswith("-lock")}


def read_trace(path):
    """The operations: kind, flushed at once, path, offset, bytes."""
    with open(path, "rb") as file:
        while head := file.read(16):
            kind, flushed, path_length, size, offset = struct.unpack("<BBHIQ", head)
            name = file.read(path_length).decode()
            yield chr(kind), flushed, name, offset, file.read(size)


class Images:
    def __init__(self, options, workshop):
        self.options, self.workshop = options, workshop
        self.kinds = collections.Counter()

    def arm(self, name, images_max):
        """Makes and reads back the images of one arm, of a first creation and of later commits."""
        shim, lag, _ = ARMS[name]
        shim = dict(shim)
        self.workshop.journal = shim.pop("journal", "never")
        tried, bad, words = 0, 0, []
        for base_commits in (0, BEFORE):
            base = self.workshop.path("base")
            known = self.workshop.append(base, 0, base_commits).acknowledged if base_commits else {}
            folder, trace = self.workshop.path("ledger"), self.workshop.path("trace")
            if base_commits:
                shutil.copytree(base, folder)
            begun = contents(folder)
            answers = self.workshop.append(folder, base_commits, DURING, trace=trace, **shim)
            if len(answers.acknowledged) != DURING:
                raise SystemExit(f"the traced run did not acknowledge everything: {answers.words}")
            operations = list(read_trace(trace))
            total = sum(1 for _ in self.distinct(operations, begun))
            chosen = set(random.Random(self.options.seed).sample(range(total), min(total, images_max // 2)))
            with Checker(self.workshop, base_commits + DURING) as checker:
                for number, (place, kind, acknowledged, files) in enumerate(self.distinct(operations, begun)):
                    if number not in chosen:
                        continue
                    said = Answers(acknowledged)
                    held = list(said.acknowledged.items())
                    known_then = {**known, **dict(held[:len(held) - lag] if lag else held)}
                    found = self.judge(checker, files, folder, known_then, said.checkpoint)
                    if lag:
                        found = [words for words in found if "checkpoint" not in words]
                    tried += 1
                    self.kinds[kind] += 1
                    if found:
                        bad += 1
                        words.append((f"{name}, operation {place}, {kind}", found))
        return tried, bad, words

    def distinct(self, operations, begun):
        """All images of a trace, each once: place, name, what had been said, contents. The same ones every time."""
        chance, disk, seen, said = random.Random(self.options.seed), Disk(begun), set(), ""
        for place, operation in enumerate(operations, 1):
            if operation[0] == "A":
                said += operation[4].decode()
            else:
                disk.do(*operation)
            for kind, files in images(disk, chance):
                digest = hashlib.sha256(said.encode())
                for path in sorted(files):
                    digest.update(path.encode() + hashlib.sha256(files[path]).digest())
                if digest.digest() not in seen:
                    seen.add(digest.digest())
                    yield place, kind, said, files

    def judge(self, checker, files, folder, acknowledged, checkpoint):
        """Opens an image as the next process would. Returns what is wrong with it."""
        place = self.workshop.path("image")
        os.makedirs(place, mode=0o700)
        for path, content in files.items():
            path = place + path[len(folder):]
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        signed = files.get(folder + "/checkpoint", b"\n0\n").split(b"\n")
        try:
            answer = checker.ask("open", place)
        finally:
            shutil.rmtree(place)
        found = faults_of(answer) + losses_of(answer, acknowledged)
        if not found and int(signed[1]) < checkpoint:
            found.append(f"a checkpoint of {checkpoint} events was answered, and {signed[1].decode()} are signed")
        return found


def run(options):
    report = Report("images", options)
    with Workshop(options, in_memory=True) as workshop:
        work = Images(options, workshop)
        figures = []
        for name, (_, _, must_lose) in ARMS.items():
            tried, bad, words = work.arm(name, options.images if name.startswith("as it is") else options.images // 2)
            figures.append(f"{name}: {bad} of {tried}")
            if must_lose and not bad:
                report.note(name, "this control arm must lose, and did not: the test sees nothing")
            for where, found in words if not must_lose else []:
                report.note(where, found[0])
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(work.kinds.items()))
        return report.end(f"bad images: {'; '.join(figures)} ({kinds})")
