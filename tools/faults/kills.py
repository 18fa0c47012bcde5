"""Appending processes are killed with SIGKILL at random moments, two at once in a third of the rounds.

A kill proves nothing about flushes (the kernel keeps what was written): that is what `images` is for.
"""
import collections, os, random, shutil, signal, subprocess, time

from .common import PROCESS_SECONDS_MAX, Answers, Checker, Report, Workshop, faults_of, losses_of, stored

# Kills of one ledger; then it is read back, and the next one begins.
KILLS_PER_LEDGER = 25
COMMITS_PER_RUN = 400
APPENDERS = 4
LATEST_KILL_SECONDS = 0.35


class Kills:
    def __init__(self, options, workshop):
        self.options, self.workshop = options, workshop
        self.report = Report("kills", options)
        self.chance = random.Random(options.seed)
        self.counts = collections.Counter()

    def start(self, folder, first):
        return subprocess.Popen(
            self.workshop.command(folder, first, COMMITS_PER_RUN, APPENDERS), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.workshop.environment)

    def ledger(self, number, kills):
        """Kills over and over, each process going on where the one before began; then everything is sent again."""
        folder = self.workshop.path("ledger")
        self.workshop.journal = None if number % 2 else "always"
        acknowledged, sent, first = {}, [], 0
        for _ in range(kills):
            processes = []
            for _ in range(2 if self.chance.random() < 1 / 3 else 1):
                processes.append((first, self.start(folder, first)))
                first += COMMITS_PER_RUN
            time.sleep(self.chance.uniform(0.02, LATEST_KILL_SECONDS))
            victim = processes[-1][1]
            victim.send_signal(signal.SIGKILL)
            self.counts["kills"] += 1
            for begun, process in processes:
                text, errors = process.communicate(timeout=PROCESS_SECONDS_MAX)
                said = Answers(text, errors, process.returncode)
                acknowledged |= said.acknowledged
                sent.append((begun, said))
                if said.unknown or said.refused:
                    self.report.note(f"ledger {number}", f"refused with nothing wrong: {said.words}")
        self.judge(number, folder, first, acknowledged, sent)

    def judge(self, number, folder, count, acknowledged, sent):
        where = f"ledger {number}"
        with Checker(self.workshop, count, seconds=PROCESS_SECONDS_MAX) as checker:
            answer = checker.ask("open", folder)
        for words in faults_of(answer) + losses_of(answer, acknowledged):
            self.report.note(where, words)
        kept = stored(answer)
        self.counts["acknowledged"] += len(acknowledged)
        for begun, said in sent:
            range_sent = range(begun, begun + COMMITS_PER_RUN)
            silent = {number for number in range_sent if number in kept} - set(said.acknowledged)
            self.counts["committed and not answered"] += len(silent)
            # The batch that was on its way holds one commit of each appender at most.
            if len(silent) > (APPENDERS if said.was_killed else 0):
                self.report.note(where, f"{len(silent)} commits of one process are there and were not answered")
        self.send_again(where, folder, sent, kept)

    def send_again(self, where, folder, sent, kept):
        """What was there gets its first receipt again; what was not is taken now."""
        begun, said = self.chance.choice(sent)
        last = max(said.acknowledged, default=begun)
        again = self.workshop.append(folder, begun, last - begun + APPENDERS)
        for number, positions in again.acknowledged.items():
            was_there = number in kept
            self.counts["sent again"] += 1
            if was_there != (number in again.repeated) or was_there and kept[number] != positions:
                self.report.note(where, f"commit {number} was sent again and got {positions}, was {kept.get(number)}")
        if len(again.acknowledged) != last - begun + APPENDERS:
            self.report.note(where, f"sent again, some were not taken: {again.words}")
        shutil.rmtree(folder)


def run(options):
    with Workshop(options) as workshop:
        work = Kills(options, workshop)
        left, number = options.kills, 0
        while left > 0:
            number += 1
            work.ledger(number, min(left, KILLS_PER_LEDGER))
            left -= KILLS_PER_LEDGER
        counts = work.counts
        if not counts["acknowledged"]:
            work.report.note("coverage", "nothing was ever acknowledged before a kill")
        return work.report.end(
            f"{counts['kills']} kills over {number} ledgers, {counts['acknowledged']} commits acknowledged, 0 lost, "
            f"{counts['committed and not answered']} committed and not answered, "
            f"{counts['sent again']} sent again: each got its first receipt or was taken once")
