"""The Python library `eventsourcing` with its own SQLite module: an aggregate for each stream."""

import os
import time
import uuid

import eventsourcing
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from peer import Peer


class Thing(Aggregate):
    @staticmethod
    def create_id(stream):
        return uuid.uuid5(uuid.NAMESPACE_URL, f"bench/s-{stream:04d}")

    @event("Created")
    def __init__(self, stream):
        self.sum = 0

    @event("Noted")
    def note(self, n, p):
        self.sum += n


class EventsourcingPeer(Peer):
    application = None

    def open(self, values, answer):
        self.application = Application(env={
            "PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": self.path(values) + ".sqlite"})
        self.things, self.count = {}, 0

    def close(self, values, answer):
        if self.application:
            self.application.close()
        self.application = None

    def describe(self):
        words = []
        with self.application.factory.datastore.transaction(commit=False) as cursor:
            for name in ("journal_mode", "synchronous", "wal_autocheckpoint", "page_size"):
                cursor.execute(f"PRAGMA {name}")
                words.append(f"{name}={cursor.fetchone()[0]}")
        version = os.path.basename(os.path.dirname(eventsourcing.__file__))
        from importlib.metadata import version as installed
        return f"{version} {installed('eventsourcing')}, eventsourcing.sqlite, {', '.join(words)}"

    def thing(self, stream):
        if stream not in self.things:
            self.things[stream] = Thing(stream=stream)
        return self.things[stream]

    def append_one(self, stream, number):
        thing = self.thing(stream)
        thing.note(n=number, p=self.data.payload(number))
        self.application.save(thing)
        return thing.version

    def load(self, values, answer):
        events, batch, every = int(values["events"]), int(values["batch"]), int(values.get("every", 0))
        begin = time.perf_counter_ns()
        for first in range(0, events, batch):
            touched = {}
            for number in range(first, min(first + batch, events)):
                stream = self.data.stream(number, every)
                thing = touched[stream] = self.thing(stream)
                thing.note(n=number, p=self.data.payload(number))
            self.application.save(*touched.values())
        answer.events, answer.seconds = events, (time.perf_counter_ns() - begin) / 1e9

    def fold(self, stream):
        thing = self.application.repository.get(Thing.create_id(stream))
        return thing.version - 1, thing.sum


EventsourcingPeer().serve()
