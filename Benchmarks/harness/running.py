"""Takes every case through its rounds: each participant in turn, again and again."""

import pathlib
import shutil
import sys
import time

from . import figures, machine, workloads
from .participant import Failed, Participant
from .servers import SERVERS

SEED = 7
# How long the load runs before the kill.
KILL_AFTER_SECONDS = 1.0


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
        for number in range(self.rounds):
            self.begin_round(result)
            for name in case.participants:
                participant = self.taking_part[name]
                if case.is_fresh:
                    for line in case.prepare:
                        participant.ask(line.format(round=number))
                    self.settle(result, name, participant)
                for line in dict(case.before).get(name, ()):
                    participant.ask(line)
                self.note(result, name, participant.measure(case.request(name).format(round=number)))
                if case.is_fresh:
                    participant.ask("close")
                    if name not in SERVERS:
                        self.clear(participant.folder)
            self.compare(case, result)
        if "lmdb" in case.participants and not case.is_fresh:
            self.check_parity(case)
        return result

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
        for number in range(self.rounds):
            self.begin_round(result)
            for name in case.participants:
                participant = self.taking_part[name]
                witness = participant.folder / f"witness-{number}"
                lanes = {"salamander": 1}.get(name, 64)
                participant.send(f"append lanes={lanes} seconds=600 base={number + 1 << 24} witness={witness}")
                time.sleep(KILL_AFTER_SECONDS)
                participant.kill()
                participant = self.taking_part[name] = self.start(case, name)
                self.note(result, name, participant.measure(f"first-read store=main witness={witness}"))
        return result

    def grow(self, case):
        """How much a file grows for each event while a reader stays where it was, and while none does."""
        result = self.result(case)
        participant = self.taking_part["ledger"] = self.start(case, "ledger")
        for number in range(self.rounds):
            self.begin_round(result)
            sizes = []
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
            share["growth"] = sizes[1] / sizes[0]
            share["file_bytes"] = sizes
            self.note(result, "ledger", share)
        return result

    # ---- parts of them ----

    def begin_round(self, result):
        result["rounds"].append({"load": self.gate.wait()})

    def settle(self, result, name, participant):
        """Notes a participant's own settings, once."""
        part = result["participants"][name]
        part["settings"] = part["settings"] or participant.ask("settings").get("settings", "")

    def note(self, result, name, share):
        if not share["histogram"]:
            share["histogram"] = {figures.bucket(share["seconds"] * 1e9): 1}
        result["participants"][name]["shares"].append(share)
        if share["foreign"] > machine.FOREIGN_MAX:
            self.gate.refuse(f"others kept {share['foreign']:.2f} processors busy during a share of "
                             f"{workloads.LABELS[name]} (at most {machine.FOREIGN_MAX:.2f})")
        print(".", end="" if name != list(result["participants"])[-1] else "\n", flush=True, file=sys.stderr)

    def compare(self, case, result):
        """What all must have found is the same, or nothing here means anything."""
        found = {name: part["shares"][-1].get(case.agrees_on) for name, part in result["participants"].items()}
        if case.agrees_on and len(set(found.values())) != 1:
            raise Failed(f"{case.name}: the participants disagree on {case.agrees_on}: {found}")

    @staticmethod
    def clear(folder):
        for place in folder.iterdir():
            shutil.rmtree(place) if place.is_dir() else place.unlink()
