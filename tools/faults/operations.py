"""Every I/O operation of a fixed workload goes wrong once, in every way that it can."""
import collections, errno, os, random, shutil
from concurrent.futures import ThreadPoolExecutor

from .common import Answers, Checker, Report, Workshop, faults_of, losses_of, stored

KINDS = {
    "EIO once": dict(fault="error", errno=errno.EIO),
    "EIO from then on": dict(fault="error", errno=errno.EIO, sticky=1),
    "full disk once": dict(fault="error", errno=errno.ENOSPC),
    "full disk from then on": dict(fault="error", errno=errno.ENOSPC, sticky=1),
    "half written": dict(fault="short"),
    "half written, killed": dict(fault="torn"),
    "killed before": dict(fault="before"),
    "killed after": dict(fault="after"),
    "done, said to have failed": dict(fault="done", errno=errno.EIO),
}
WRITES = ("write", "pwrite", "writev", "pwritev")
# Commits of the workload: those that are there before, and those during which something goes wrong.
BEFORE, DURING = 20, 5
EXTRA = 3


class Operations:
    def __init__(self, options, workshop):
        self.options, self.workshop = options, workshop
        self.report = Report("operations", options)
        self.fired = collections.Counter()
        self.ends = collections.Counter()
        self.points = collections.Counter()
        self.runs = 0

    def operations(self, base, first, count):
        """The names of the operations of a run in which nothing goes wrong."""
        folder, log = self.copy(base), self.workshop.path("log")
        self.workshop.append(folder, first, count, log=log)
        return [line.split()[1] for line in open(log)]

    def copy(self, base):
        folder = self.workshop.path("ledger")
        if base:
            shutil.copytree(base, folder)
        return folder

    def every(self, phase, base, first, count, known, kinds=KINDS, choose=None, there=frozenset()):
        """Each operation of this phase, each kind of fault. `there` are commits that are stored before it begins."""
        names = self.operations(base, first, count)
        self.points[phase] += len(names)
        cases = [(kind, point) for point, name in enumerate(names, 1) for kind in kinds
                 if name in WRITES or KINDS[kind]["fault"] not in ("short", "torn")]
        if choose:
            cases = choose(cases)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda case: self.one(phase, base, first, count, known, there, *case), cases))

    def one(self, phase, base, first, count, known, there, kind, point):
        folder, log = self.copy(base), self.workshop.path("log")
        answers = self.workshop.append(folder, first, count, at=point, log=log, **KINDS[kind])
        if sum(1 for _ in open(log)) >= point:
            self.fired[kind] += 1
        self.runs += 1
        self.ends["killed" if answers.was_killed else "unknown" if answers.unknown
                  else "refused" if answers.refused else "not opened" if not answers.acknowledged else "unharmed"] += 1
        where = f"{phase}, operation {point}, {kind}"
        self.judge(where, folder, answers, known, there, first, count)
        shutil.rmtree(folder, ignore_errors=True)
        os.unlink(log)

    def judge(self, where, folder, answers, known, there, first, count):
        acknowledged = {**known, **answers.acknowledged}
        # Sent again, every commit is taken or was there; then a fresh process reads everything.
        again = self.workshop.append(folder, first, count)
        with Checker(self.workshop, first + count) as checker:
            answer = checker.ask("open", folder)
        for words in faults_of(answer) + losses_of(answer, acknowledged):
            self.report.note(where, words)
        if len(again.acknowledged) != count:
            self.report.note(where, f"sent again, {count - len(again.acknowledged)} were not taken: {again.words}")
        # Those that were there although nobody was told: only such as were unknown, or one in the moment of a kill.
        silent = {number for number in again.repeated if number not in answers.acknowledged} - there
        if silent & answers.refused:
            self.report.note(where, f"{sorted(silent & answers.refused)} were refused and are there")
        unexplained = silent - answers.unknown - answers.refused
        if len(unexplained) > (1 if answers.was_killed else 0):
            self.report.note(where, f"{sorted(unexplained)} are there and were not answered")
        if set(answers.acknowledged) - again.repeated:
            self.report.note(where, "an acknowledged commit was taken a second time")

    def compound(self, base, known, chance):
        """After a kill at some operation, something goes wrong while the next process opens the ledger and goes on."""
        names = self.operations(base, BEFORE, DURING)
        for point in sorted(chance.sample(range(1, len(names) + 1), min(len(names), self.options.compound))):
            folder = self.copy(base)
            answers = self.workshop.append(
                folder, BEFORE, DURING, at=point, fault=chance.choice(["after", "torn", "before"]))
            self.every(
                "after a kill", folder, BEFORE, DURING + EXTRA, {**known, **answers.acknowledged},
                choose=lambda cases: chance.sample(cases, min(len(cases), self.options.per_kill)),
                there=self.stored(folder))
            shutil.rmtree(folder)

    def stored(self, folder):
        """The commits of a ledger, read from a copy: reading takes in what the journal holds."""
        copy = self.copy(folder)
        with Checker(self.workshop, BEFORE + DURING + EXTRA) as checker:
            answer = checker.ask("open", copy)
        shutil.rmtree(copy)
        return set(stored(answer))


def run(options):
    with Workshop(options, in_memory=True) as workshop:
        work = Operations(options, workshop)
        workshop.shim()
        workshop.journal = "never"
        chance = random.Random(options.seed)
        part = lambda cases: chance.sample(cases, max(1, int(len(cases) * options.share)))
        work.every("first creation", None, 0, DURING, {}, choose=part)
        base = workshop.path("base")
        known = workshop.append(base, 0, BEFORE).acknowledged
        work.every("later commits", base, BEFORE, DURING, known, choose=part)
        work.compound(base, known, chance)
        workshop.journal = "always"
        work.every("later commits, with the journal", base, BEFORE, DURING, known, choose=part)
        work.compound(base, known, chance)
        silent = [kind for kind in KINDS if not work.fired[kind]]
        if silent:
            work.report.note("coverage", f"never happened: {', '.join(silent)}")
        points = ", ".join(f"{count} {phase}" for phase, count in work.points.items())
        ends = ", ".join(f"{count} {end}" for end, count in sorted(work.ends.items()))
        return work.report.end(
            f"{work.runs} runs over I/O points ({points}) x {len(KINDS)} faults: {sum(work.fired.values())} happened; "
            f"{ends}; 0 lost, 0 phantoms, all verified and went on")
