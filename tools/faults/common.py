"""What the modes share: the processes that they harm, and the one that reads a ledger back."""
import json, os, select, shutil, signal, subprocess, tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROCESS_SECONDS_MAX = 60
# How long one ledger may take to be verified and read back.
CHECK_SECONDS_MAX = 20
PROBLEMS_SHOWN_MAX = 20


class Report:
    """What went wrong; and one line that says what was done."""

    def __init__(self, mode, options):
        self.mode, self.seed, self.problems = mode, options.seed, []

    def note(self, where, what):
        self.problems.append(f"{where}: {what}")

    def end(self, words):
        head = f"torture {self.mode}: seed {self.seed}, "
        if not self.problems:
            print(head + words, flush=True)
            return 0
        print(f"{head}BROKEN: {len(self.problems)} problems ({words})")
        for problem in self.problems[:PROBLEMS_SHOWN_MAX]:
            print("  " + problem)
        return 1


class Workshop:
    """A folder for ledgers that are thrown away, and the programs."""

    def __init__(self, options, in_memory=False):
        self.child = os.path.join(os.path.dirname(os.path.abspath(options.binary)), "ledger-child")
        self.seed = options.seed
        place = "/dev/shm" if in_memory and os.access("/dev/shm", os.W_OK) else None
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="daybook-torture-", dir=place))
        self.number = 0
        # Whether commits are answered from the journal: `always`, `never`, or as the ledger does by itself.
        self.journal = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        """A path that nothing has used."""
        self.number += 1
        return os.path.join(self.folder, f"{name}-{self.number}")

    def shim(self):
        """Compiles the library that comes between a process and its files."""
        library = os.path.join(self.folder, "shim.so")
        if not os.path.exists(library):
            source = os.path.join(ROOT, "tools/faults/shim.c")
            compiler = next(c for c in ("cc", "gcc", "clang") if shutil.which(c))
            subprocess.run(
                [compiler, "-O2", "-Wall", "-shared", "-fPIC", "-pthread", "-o", library, source, "-ldl"], check=True)
        return library

    def command(self, folder, first, count, appenders=1):
        return [self.child, "append", folder, str(self.seed), str(first), str(count), str(appenders)]

    @property
    def environment(self):
        journal = {"LEDGER_JOURNAL": self.journal} if self.journal else {}
        return {**os.environ, "SWIFT_BACKTRACE": "enable=no", **journal}

    def append(self, folder, first, count, **shim):
        """Appends, with something going wrong if `shim` says so. Returns what the process answered."""
        environment = self.environment
        if shim:
            environment |= {f"SHIM_{name.upper()}": str(value) for name, value in shim.items()}
            environment |= {"LD_PRELOAD": self.shim(), "SHIM_FOLDER": folder}
        done = subprocess.run(
            self.command(folder, first, count), capture_output=True, text=True, env=environment,
            timeout=PROCESS_SECONDS_MAX)
        return Answers(done.stdout, done.stderr, done.returncode)


class Answers:
    """What an appending process said, line by line."""

    def __init__(self, text, errors="", status=0):
        self.acknowledged, self.repeated, self.unknown, self.refused = {}, set(), set(), set()
        self.words, self.checkpoint = errors.strip(), 0
        self.status = status
        for line in text.splitlines(keepends=True):
            words = line.split()
            if not line.endswith("\n") or len(words) < 2:
                continue  # The line was cut by a kill.
            if words[0] == "checkpoint":
                self.checkpoint = int(words[1])
            elif words[1] in ("unknown", "unavailable"):
                (self.unknown if words[1] == "unknown" else self.refused).add(int(words[0]))
                self.words = line.strip()
            else:
                self.acknowledged[int(words[0])] = (int(words[1]), int(words[2]))
                if words[-1] == "repeat":
                    self.repeated.add(int(words[0]))

    @property
    def was_killed(self):
        return self.status == -signal.SIGKILL


class Checker:
    """A process that opens and reads back one ledger after another. Where it dies, the next one is asked."""

    def __init__(self, workshop, count, seconds=CHECK_SECONDS_MAX):
        self.command = [workshop.child, "check", str(workshop.seed), str(count)]
        self.seconds, self.process = seconds, None

    def ask(self, how, folder):
        """`how` is `open` or `verify`; see Tests/ledger-child/Checking.swift for the answer."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        process = self.process
        process.stdin.write(f"{how} {folder}\n".encode())
        process.stdin.flush()
        if not select.select([process.stdout], [], [], self.seconds)[0]:
            self.end()
            return {"error": f"no answer in {self.seconds} s", "died": "hung"}
        line = process.stdout.readline()
        if line.endswith(b"\n"):
            return json.loads(line)
        process.wait()
        self.process = None
        return {"error": f"the process ended with {process.returncode}", "died": process.returncode}

    def end(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def stored(answer):
    """The commits that are there, with their positions."""
    return {number: (first, last) for number, first, last in answer.get("stored", [])}


def faults_of(answer, goes_on=True):
    """What is wrong with a ledger that was read back, in words; nothing if all is well."""
    if "error" in answer or "unreadable" in answer:
        return [answer.get("error") or answer["unreadable"]]
    found = answer["wrong"] + answer["problems"]
    if answer["readOnly"]:
        found.append(f"read-only: {answer['readOnly']}")
    elif goes_on and not answer["goesOn"]:
        found.append("it did not go on behind its last position")
    return found


def losses_of(answer, acknowledged):
    """Acknowledged commits that are not there, or not where they were."""
    kept = stored(answer)
    return [f"commit {number} was acknowledged at {positions} and is at {kept.get(number)}"
            for number, positions in acknowledged.items() if kept.get(number) != positions]
