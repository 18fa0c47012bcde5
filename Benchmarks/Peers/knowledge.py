"""What the peers of K1 and K2 share: the files of the common folder, and the line protocol."""

import array
import os
import sys
import time

import numpy as np
from peer import Answer

DIMENSIONS, HITS = 384, 10


class KnowledgePeer:
    def __init__(self):
        self.folder = sys.argv[1]
        self.is_ready = False

    def path(self, name):
        return os.path.join(self.folder, name)

    def vectors(self):
        """All documents, the queries, and the documents that are nearest to each."""
        truth = np.fromfile(self.path("truth.u32"), np.uint32).reshape(-1, HITS)
        rows = np.fromfile(self.path("vectors.f32"), np.float32).reshape(-1, DIMENSIONS)
        return rows[:-len(truth)], rows[-len(truth):], truth

    def texts(self):
        """The tokens of every text."""
        words, texts = array.array("I", open(self.path("tokens.u32"), "rb").read()), []
        while words:
            texts.append(words[1:words[0] + 1])
            words = words[words[0] + 1:]
        return texts

    def nearest(self, values, answer):
        """`search(queries, threads)` returns the documents of each query."""
        if not self.is_ready:
            documents, self.queries, self.truth = self.vectors()
            self.fill(documents)
            self.is_ready = True
        threads = int(values.get("threads", 1))
        if int(values.get("together", 0)):
            begin = time.perf_counter_ns()
            found = self.search(self.queries, threads)
            answer.seconds = (time.perf_counter_ns() - begin) / 1e9
        else:
            found, begin = [], time.perf_counter_ns()
            for query in range(len(self.queries)):
                start = time.perf_counter_ns()
                found.append(self.search(self.queries[query:query + 1], threads)[0])
                answer.note(time.perf_counter_ns() - start)
            answer.seconds = (time.perf_counter_ns() - begin) / 1e9
        answer.events = len(found)
        right = sum(len(set(map(int, one)) & set(map(int, true))) for one, true in zip(found, self.truth))
        answer.extra["recall"] = right / self.truth.size
        if answer.extra["recall"] < 0.999:
            sys.exit(f"exact search found {right} of {self.truth.size}: it did another thing")

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
