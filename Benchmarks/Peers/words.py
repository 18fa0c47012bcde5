"""What the peers of L1 share: the terms in the common folder, and the line protocol."""

import os
import sys
import time

from peer import Answer

HITS = 10


class WordsPeer:
    def __init__(self):
        self.folder, self.is_ready = sys.argv[1], False

    def lines(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return [line.split() for line in file]

    def search(self, values, answer):
        """`best(query)` returns documents and scores, the best first."""
        self.prepare()
        queries = self.queries[:int(values.get("count", len(self.queries)))]
        begin = time.perf_counter_ns()
        for query in queries:
            start = time.perf_counter_ns()
            self.best(query)
            answer.note(time.perf_counter_ns() - start)
            answer.events += 1
        answer.seconds = (time.perf_counter_ns() - begin) / 1e9

    def prepare(self):
        if not self.is_ready:
            self.queries = self.lines("queries.terms")
            self.fill(self.lines("documents.terms"))
            self.is_ready = True

    def serve(self):
        for line in sys.stdin:
            verb, *pairs = line.split()
            if verb == "quit":
                break
            values, answer = dict(pair.split("=", 1) for pair in pairs), Answer()
            if verb == "settings":
                answer.extra["settings"] = self.describe()
            else:
                getattr(self, verb)(values, answer)
            print(answer.line(), flush=True)
