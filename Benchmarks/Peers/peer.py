"""What the peers in Python share: the seeded data, the histogram, the witness and the line protocol."""

import array
import json
import mmap
import os
import sys
import time

STREAMS, LANES_MAX, LONG_STREAM, DRAWS, POOL, TEXT_BYTES = 1000, 1024, 1023, 65536, 1024, 240
MASK = (1 << 64) - 1


class Data:
    """The streams are those of bench.c. Payloads are texts, since these peers keep JSON: as many bytes together."""

    def __init__(self, seed):
        self.seed = seed
        self.pool = ["".join("%016x" % self.mix((payload * 15 + word) << 32) for word in range(15))
                     for payload in range(POOL)]
        self.draws = self.draw_table(STREAMS)

    def mix(self, number):
        z = (self.seed + (number + 1) * 0x9e3779b97f4a7c15) & MASK
        z = ((z ^ z >> 30) * 0xbf58476d1ce4e5b9) & MASK
        z = ((z ^ z >> 27) * 0x94d049bb133111eb) & MASK
        return z ^ z >> 31

    @staticmethod
    def draw_table(owned):
        total, rank, added, table = 0.0, 1, 1.0, array.array("H")
        for one in range(1, owned + 1):
            total += 1.0 / one
        for draw in range(DRAWS):
            while rank < owned and added / total <= (draw + 0.5) / DRAWS:
                rank += 1
                added += 1.0 / rank
            table.append(rank - 1)
        return table

    def payload(self, number):
        return self.pool[number % POOL]

    def stream(self, number, every=0):
        return LONG_STREAM if every and number % every == 0 else self.draws[self.mix(number) >> 48]


class Answer:
    def __init__(self):
        self.events, self.seconds, self.histogram, self.extra = 0, 0.0, {}, {}

    def note(self, ns):
        ns = max(ns, 1)
        octave = ns.bit_length() - 1
        bucket = octave * 128 + ((ns << 7 >> octave) & 127)
        self.histogram[bucket] = self.histogram.get(bucket, 0) + 1

    def line(self):
        return json.dumps({"events": self.events, "seconds": self.seconds, "histogram": self.histogram, **self.extra})


class Witness:
    """What was acknowledged to the one lane, in a mapped file that outlives a kill: see bench.h."""

    def __init__(self, path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, 8 * (1 + LANES_MAX))
        self.words = memoryview(mmap.mmap(descriptor, 8 * (1 + LANES_MAX))).cast("Q")

    def note(self, version, number):
        self.words[0], self.words[1] = 1, version << 40 | number

    def acknowledged(self):
        return self.words[1] >> 40, self.words[1] & 0xffffffffff


class Peer:
    """A store, with a method for each request. `values` holds what stands behind the verb."""

    def __init__(self):
        self.directory, self.data = sys.argv[1], Data(int(sys.argv[2]))
        self.count = 0

    def path(self, values):
        return os.path.join(self.directory, values["store"])

    def settings(self, values, answer):
        answer.extra["settings"] = self.describe()

    def append(self, values, answer):
        """A closed loop of one appender: `append_one` returns the event's version once it is durable."""
        witness = Witness(values["witness"]) if "witness" in values else None
        limit, base = int(values.get("events", 0)), int(values.get("base", 0))
        begin = now = time.perf_counter_ns()
        end = begin + int(float(values.get("seconds", 1e6)) * 1e9)
        while now < end and not (limit and answer.events >= limit):
            start, number = now, base + self.count
            version = self.append_one(self.data.stream(number), number)
            now = time.perf_counter_ns()
            answer.note(now - start)
            answer.events += 1
            self.count += 1
            if witness:
                witness.note(version, number)
        answer.seconds = (now - begin) / 1e9

    def rehydrate(self, values, answer):
        begin = time.perf_counter_ns()
        for _ in range(int(values.get("count", 1))):
            start = time.perf_counter_ns()
            events, added = self.fold(LONG_STREAM)
            answer.events += events
            answer.note(time.perf_counter_ns() - start)
        answer.seconds = (time.perf_counter_ns() - begin) / 1e9
        answer.extra["sum"] = added

    def serve(self):
        for line in sys.stdin:
            verb, *pairs = line.split()
            if verb == "quit":
                break
            values, answer = dict(pair.split("=", 1) for pair in pairs), Answer()
            getattr(self, {"import": "load"}.get(verb, verb.replace("-", "_")))(values, answer)
            print(answer.line(), flush=True)
        self.close({}, None)
