"""Bits, pages and ends of a ledger are damaged, or an old copy is put back. That is found, or it is harmless.

Harmless is proved: everything that can be read back (events, streams, commit ids, artifacts) is as it was, and a
ledger that verifies can be read. Each damaged copy is opened by a process with a time limit, which may die of it.
"""
import collections, json, os, random, shutil, subprocess

from .common import PROCESS_SECONDS_MAX, Checker, Report, Workshop, faults_of

PAGE, PAGE_HEADER, META_BYTES = 4096, 16, 152
COMMITS, SMALL, OLD = 60, 40, 25


def bit(data, offset, chance):
    data[offset] ^= 1 << chance.randrange(8)


def flip(data, chance, _):
    bit(data, chance.randrange(len(data)), chance)


def page_zeroed(data, chance, _):
    page = chance.randrange(len(data) // PAGE)
    data[page * PAGE:(page + 1) * PAGE] = bytes(PAGE)


def page_of_another_time(data, chance, old):
    """A page as it was in an older copy: a write that the disk has lost."""
    page = chance.randrange(len(old) // PAGE)
    data[page * PAGE:(page + 1) * PAGE] = old[page * PAGE:(page + 1) * PAGE]


def page_of_another_place(data, chance, _):
    """A write that went astray."""
    pages = len(data) // PAGE
    source, target = chance.randrange(pages), chance.randrange(pages)
    data[target * PAGE:(target + 1) * PAGE] = data[source * PAGE:(source + 1) * PAGE]


def page_header(data, chance, _):
    bit(data, chance.randrange(len(data) // PAGE) * PAGE + chance.randrange(PAGE_HEADER), chance)


def meta_page(data, chance, _):
    bit(data, chance.randrange(2) * PAGE + chance.randrange(META_BYTES), chance)


def cut_off(data, chance, _):
    del data[chance.randrange(len(data)):]


def old_copy(data, chance, old):
    """The whole file of yesterday."""
    data[:] = old


def old_copy_mixed(data, chance, old):
    """A copy that was torn: the first part of an older file, the rest of a newer one."""
    cut = chance.randrange(1, len(old) // PAGE) * PAGE
    data[:cut] = old[:cut]


# Name, what is done, its share of the cases.
HARMS = [
    ("a bit", flip, 6), ("a page header", page_header, 3), ("a meta page", meta_page, 3),
    ("a page of zeros", page_zeroed, 3),
    ("a page of another time", page_of_another_time, 3), ("a page of another place", page_of_another_place, 2),
    ("cut off", cut_off, 2), ("an old copy", old_copy, 1), ("a torn old copy", old_copy_mixed, 2),
]


class Flips:
    def __init__(self, options, workshop):
        self.options, self.workshop = options, workshop
        self.report = Report("flips", options)
        self.chance = random.Random(options.seed)
        self.table = {name: collections.Counter() for name, _, _ in HARMS}

    def make(self):
        """A ledger that was closed, with an older copy of its file; without old checkpoints nothing is known."""
        self.base = self.workshop.path("base")
        self.workshop.append(self.base, 0, OLD)
        self.old = open(self.base + "/ledger.mdb", "rb").read()
        self.workshop.append(self.base, OLD, COMMITS - OLD)
        self.data = open(self.base + "/ledger.mdb", "rb").read()

    def copy(self, data, checkpoint=True):
        folder = self.workshop.path("ledger")
        os.makedirs(folder, mode=0o700)
        with open(folder + "/ledger.mdb", "wb") as file:
            file.write(data)
        if checkpoint:
            shutil.copy(self.base + "/checkpoint", folder)
            shutil.copytree(self.base + "/keys", folder + "/keys")
        return folder

    def run(self):
        with Checker(self.workshop, COMMITS) as checker:
            whole = checker.ask("verify", self.base)
            if faults_of(whole, goes_on=False):
                raise SystemExit(f"the ledger is not whole to begin with: {whole}")
            names = [harm for harm in HARMS for _ in range(harm[2])]
            for number in range(self.options.flips):
                name, harm, _ = names[number % len(names)]
                data = bytearray(self.data)
                harm(data, self.chance, self.old)
                self.one(checker, number, name, bytes(data), whole)
            missed = self.control(checker)
        return missed

    def one(self, checker, number, name, data, whole):
        folder = self.copy(data)
        answer = checker.ask("verify", folder)
        shutil.rmtree(folder)
        if answer.get("problems") or ("error" in answer and "died" not in answer):
            end = "found"
        elif "died" in answer:
            end = "found (hung)" if answer["died"] == "hung" else "found (died)"
        elif answer.get("digest") == whole["digest"] and not answer["wrong"]:
            end = "harmless"
        else:
            end = "SILENT"
            what = answer.get("unreadable") or answer["wrong"] or "something reads otherwise"
            self.report.note(f"case {number}, {name}", f"verified, and {what}")
        self.table[name][end] += 1

    def control(self, checker):
        """Without a checkpoint an old copy put back must be missed: no file can tell its own age."""
        folder = self.copy(self.old, checkpoint=False)
        answer = checker.ask("verify", folder)
        shutil.rmtree(folder)
        if answer.get("problems") != []:
            self.report.note("control", "an old copy without a checkpoint was found out; that cannot be")
        return answer.get("problems") == []


def run(options):
    with Workshop(options, in_memory=True) as workshop:
        work = Flips(options, workshop)
        work.make()
        missed = work.run()
        total = sum((table for table in work.table.values()), collections.Counter())
        rows = "; ".join(f"{name}: {', '.join(f'{count} {end}' for end, count in sorted(table.items()))}"
                         for name, table in work.table.items())
        ends = ", ".join(f"{count} {end}" for end, count in sorted(total.items()))
        return work.report.end(
            f"{sum(total.values())} damaged ledgers: {ends}, {total['SILENT']} silently wrong"
            f"{'; an old copy without its checkpoint was missed, as it must be' if missed else ''} ({rows})")
