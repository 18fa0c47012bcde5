"""Takes every case through its rounds: each participant in turn, again and again."""

import pathlib
import shutil
import time

from . import figures, machine, workloads
from .participant import Failed, Participant
from .servers import SERVERS

SEED = 7
# How long the load runs before the kill.
KILL_AFTER_SECONDS = 1.0
# Rounds of a case that are taken again because others were busy.
REPEATS_MAX = 10


class Runner:
    def __init__(self, builds, folder, gate, rounds):
        self.builds, self.folder, self.gate, self.rounds = builds, pathlib.Path(folder), gate, rounds

    def start(self, case, name, shared=None):
        """Starts a participant with a folder of its own, below the case's."""
        folder = self.folder / case.name / (shared or name)
        folder.mkdir(parents=True, exist_ok=True)
        server = SERVERS[name](folder, self.builds) if name in SERVERS else None
        if server:
            self.serving.append(server)
        command = [*workloads.PREFIXES.get(name, []), *self.builds.command(workloads.PROGRAMS.get(name, name))]
        return Participant(
            name, [*command, str(folder), str(SEED)], folder, server)

    def run(self, case):
        """The results of one case, as they stand in the report's data."""
        print(f"bench: {case.name}: {case.title}", flush=True)
        shutil.rmtree(self.folder / case.name, ignore_errors=True)
        self.taking_part, self.serving = {}, []
        try:
            return getattr(self, case.procedure)(case)
        finally:
            for participant in self.taking_part.values():
                participant.end()
            for server in self.serving:
                server.end()
            shutil.rmtree(self.folder / case.name, ignore_errors=True)

    def result(self, case):
        return {"name": case.name, "rounds": [], "participants": {
            name: {"settings": "", "shares": []} for name in case.participants}}

    def shares(self, case):
        """Participants keep one store over all rounds, or get a new one in each, or share one."""
        result = self.result(case)
        for name in case.participants:
            participant = self.taking_part[name] = self.start(
                case, name, case.participants[0] if case.is_shared else None)
            if not case.is_fresh and not (case.is_shared and name != case.participants[0]):
                for line in case.prepare:
                    participant.ask(line)
            if not case.is_fresh:
                self.settle(result, name, participant)
        self.repeat(case, result, lambda number: {
            name: self.share(case, result, name, number) for name in case.participants})
        if "lmdb" in case.participants and not case.is_fresh:
            self.check_parity(case)
        return result

    def share(self, case, result, name, number):
        """One participant's share of a round."""
        participant = self.taking_part[name]
        if case.is_fresh:
            for line in case.prepare:
                participant.ask(line.format(round=number))
            self.settle(result, name, participant)
        for line in dict(case.before).get(name, ()):
            participant.ask(line)
        share = participant.measure(case.request(name).format(round=number))
        if case.is_fresh:
            participant.ask("close")
            if name not in SERVERS:
                self.clear(participant.folder)
        return share

    def check_parity(self, case):
        """The ledger verifies what the loop in C wrote: both did the same work, or there is no answer."""
        self.taking_part["lmdb"].ask("close")
        self.taking_part["parity"] = self.start(case, "ledger", "lmdb")
        self.taking_part["parity"].ask("verify store=main")

    def kill(self, case):
        """In each round: load, kill -9, a new process, and its first correct read."""
        result = self.result(case)
        for name in case.participants:
            participant = self.taking_part[name] = self.start(case, name)
            for line in case.prepare:
                participant.ask(line)
            self.settle(result, name, participant)
        self.repeat(case, result, lambda number: {
            name: self.first_read(case, name, number) for name in case.participants})
        return result

    def first_read(self, case, name, number):
        participant = self.taking_part[name]
        witness = participant.folder / f"witness-{number}"
        lanes = {"salamander": 1}.get(name, 64)
        participant.send(f"append lanes={lanes} seconds=600 base={number + 1 << 24} witness={witness}")
        time.sleep(KILL_AFTER_SECONDS)
        participant.kill()
        participant = self.taking_part[name] = self.start(case, name)
        return participant.measure(f"first-read store=main witness={witness}")

    def grow(self, case):
        """How much a file grows for each event while a reader stays where it was, and while none does."""
        result = self.result(case)
        self.taking_part["ledger"] = self.start(case, "ledger")
        self.repeat(case, result, lambda number: {"ledger": self.growth(case, number)})
        return result

    def growth(self, case, number):
        participant, sizes = self.taking_part["ledger"], []
        for is_held in (False, True):
            store = f"grow-{number}-{is_held}"
            participant.ask(f"open store={store}")
            reader = self.taking_part["openssl"] = self.start(case, "openssl", "ledger")
            if is_held:
                reader.ask(f"hold store={store}")
            file = participant.folder / f"{store}.ledger" / "ledger.mdb"
            before = file.stat().st_size
            share = participant.measure(case.share)
            sizes.append((file.stat().st_size - before) / share["events"])
            reader.end()
            participant.ask("close")
            self.clear(participant.folder)
        return {**share, "growth": sizes[1] / sizes[0], "file_bytes": sizes}

    # ---- parts of them ----

    def repeat(self, case, result, one_round):
        """All rounds of a case. A round that others disturbed is taken again, a few times."""
        taken = again = 0
        while taken < self.rounds:
            load = self.gate.wait()
            shares = one_round(taken + again)
            worst = max(shares, key=lambda name: shares[name]["foreign"])
            busy = shares[worst]["foreign"]
            if busy > machine.FOREIGN_MAX and not self.gate.force and again < REPEATS_MAX:
                again += 1
                continue
            if busy > machine.FOREIGN_MAX:
                self.gate.refuse(f"others kept {busy:.2f} processors busy during a share of "
                                 f"{workloads.LABELS[worst]} (at most {machine.FOREIGN_MAX:.2f})")
            self.compare(case, shares)
            for name, share in shares.items():
                if not share["histogram"]:
                    share["histogram"] = {figures.bucket(share["seconds"] * 1e9): 1}
                result["participants"][name]["shares"].append(share)
            result["rounds"].append({"load": load})
            taken += 1
            print(".", end="" if taken < self.rounds else "\n", flush=True)

    def settle(self, result, name, participant):
        """Notes a participant's own settings, once."""
        part = result["participants"][name]
        part["settings"] = part["settings"] or participant.ask("settings").get("settings", "")

    @staticmethod
    def compare(case, shares):
        """What all must have found is the same, or nothing here means anything."""
        found = {name: share.get(case.agrees_on) for name, share in shares.items()}
        if case.agrees_on and len(set(found.values())) != 1:
            raise Failed(f"{case.name}: the participants disagree on {case.agrees_on}: {found}")

    @staticmethod
    def clear(folder):
        for place in folder.iterdir():
            shutil.rmtree(place) if place.is_dir() else place.unlink()
