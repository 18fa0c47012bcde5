"""Takes every case through its rounds: each participant in turn, again and again."""

import os
import pathlib
import shutil
import sys

from . import machine, workloads
from .participant import Failed, Participant
from .servers import SERVERS

SEED = 7


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
        return Participant(
            name, [*self.builds.command(name), str(folder), str(SEED)], folder,
            {**os.environ, **server.environment} if server else None, measures_memory=not server)

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
        """Participants keep one store over all rounds, or get a new one in each."""
        result = self.result(case)
        for name in case.participants:
            participant = self.taking_part[name] = self.start(case, name)
            if not case.is_fresh:
                for line in case.prepare:
                    participant.ask(line)
                result["participants"][name]["settings"] = participant.ask("settings").get("settings", "")
        for number in range(self.rounds):
            load = self.gate.wait()
            result["rounds"].append({"load": load})
            for name in case.participants:
                participant = self.taking_part[name]
                if case.is_fresh:
                    for line in case.prepare:
                        participant.ask(line.format(round=number))
                    if number == 0:
                        result["participants"][name]["settings"] = participant.ask("settings").get("settings", "")
                share = participant.measure(case.share.format(round=number))
                self.note(result, name, share)
                if case.is_fresh:
                    participant.ask("close")
                    if name not in SERVERS:
                        self.clear(participant.folder)
        return result

    def note(self, result, name, share):
        result["participants"][name]["shares"].append(share)
        if share["foreign"] > machine.FOREIGN_MAX:
            self.gate.refuse(f"others kept {share['foreign']:.2f} processors busy during a share of "
                             f"{workloads.LABELS[name]} (at most {machine.FOREIGN_MAX:.2f})")
        print(".", end="" if name != list(result["participants"])[-1] else "\n", flush=True, file=sys.stderr)

    @staticmethod
    def clear(folder):
        for place in folder.iterdir():
            shutil.rmtree(place) if place.is_dir() else place.unlink()


__all__ = ["Failed", "Runner", "SEED"]
