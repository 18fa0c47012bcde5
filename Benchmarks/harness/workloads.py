"""What is measured: each case with its participants, its requests, and the targets that it is held to."""

import dataclasses

LABELS = {
    "ledger": "Daybook", "lmdb": "LMDB in C", "sqlite": "SQLite in C", "floor": "raw file (floor)",
    "postgres": "PostgreSQL 15", "nats": "NATS JetStream", "eventsourcing": "eventsourcing (Python)",
    "salamander": "salamander-db", "openssl": "OpenSSL loop in C",
}


@dataclasses.dataclass(frozen=True)
class Target:
    """We are to be at least `speed` times as fast as a peer, by the case's own metric."""
    peer: str
    speed: float
    words: str


@dataclasses.dataclass(frozen=True)
class Limit:
    """A figure of ours that has a bound of its own: `p50` in milliseconds, `rate`, `rss_anon` in MB."""
    metric: str
    bound: float
    words: str


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    participants: tuple
    # The request that is measured, in each round.
    share: str
    # `rate`, `p50` or `seconds`: what ratios are made of.
    metric: str
    # Requests before the first round, to each participant.
    prepare: tuple = ("open store=main",)
    # Whether every round gets a new store; `{round}` stands for its number.
    is_fresh: bool = False
    targets: tuple = ()
    limits: tuple = ()
    # Words below the table.
    notes: str = ""
    procedure: str = "shares"

    @property
    def workload(self):
        return self.name.split(".")[0]


def cases(quick):
    """All cases; `quick` only shows that everything works."""
    seconds = 0.2 if quick else 1.5
    million = 20_000 if quick else 1_000_000
    appended = "the median latency of one append, from the call to the durable acknowledgement"
    return [
        Case(
            "W1", "one appender, one event a commit",
            ("ledger", "lmdb", "sqlite", "eventsourcing", "salamander", "floor"),
            f"append lanes=1 seconds={seconds}", "p50", targets=(
                Target("lmdb", 1 / 1.25, "p50 at most 1.25x raw LMDB in C"),
                Target("eventsourcing", 2, "at least 2x faster than `eventsourcing` on SQLite")),
            notes=f"Compared: {appended}. SQLite flushes once a commit, LMDB twice."),
        Case(
            "W2.64", "64 appenders, closed loop, one event a commit",
            ("ledger", "lmdb", "postgres", "nats", "sqlite", "floor"), f"append lanes=64 seconds={seconds}", "rate",
            targets=(
                Target("nats", 5, "at least 5x JetStream"), Target("postgres", 3, "at least 3x PostgreSQL"),
                Target("lmdb", 0.8, "within 0.8x of raw LMDB in C")),
            notes="Each appender writes to streams of its own, drawn by Zipf's law among them. SQLite's appenders "
                  "share one connection: each event is a transaction."),
        Case(
            "W2.16", "16 appenders, closed loop, one event a commit",
            ("ledger", "lmdb", "postgres", "nats", "floor"), f"append lanes=16 seconds={seconds}", "rate",
            targets=(Target("nats", 5, "at least 5x JetStream"), Target("postgres", 3, "at least 3x PostgreSQL"))),
        Case(
            "W2.64x16", "64 appenders, each with 16 in flight, one event a commit",
            ("ledger", "lmdb", "nats", "floor"), f"append lanes=64 depth=16 seconds={seconds}", "rate",
            targets=(Target("lmdb", 0.8, "within 0.8x of raw LMDB in C"),)),
        *(Case(
            f"W3.{batch}", f"import of {million:,} events, {batch:,} a commit",
            ("ledger", "lmdb", "sqlite", "postgres", "floor"), f"import events={million} batch={batch}", "rate",
            prepare=("open store=import-{round}",), is_fresh=True,
            targets=(Target("sqlite", speed, f"at least {speed}x SQLite at {batch:,} events a commit"),),
            limits=(Limit("rss_anon", 150, "RssAnon at most 150 MB while appending 1M events"),),
            notes=words) for batch, speed, words in (
                (1024, 1.5, "Tree and all indexes are live at the end. PostgreSQL takes COPY, a transaction each."),
                (10000, 3, "A commit of ours holds at most 4,096 events, so a batch goes to the writer as several "
                           "commits at once; the importer waits for all of them.")))
    ]
