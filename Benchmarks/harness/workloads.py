"""What is measured: each case with its participants, its requests, and the targets that it is held to."""

import dataclasses
import pathlib

LABELS = {
    "ledger": "Daybook", "lmdb": "LMDB in C", "sqlite": "SQLite in C", "floor": "raw file (floor)",
    "postgres": "PostgreSQL 15", "nats": "NATS JetStream", "eventsourcing": "eventsourcing (Python)",
    "salamander": "salamander-db", "openssl": "OpenSSL loop in C, 2 threads", "openssl1": "OpenSSL loop in C, 1 thread",
    "fts5": "SQLite FTS5", "tantivy": "tantivy (Python)", "bm25s": "bm25s (Python)",
    "ledger1": "Daybook, 1 processor", "ledger2": "Daybook, 2 importers", "lmdb0": "LMDB in C without the tree",
    "faiss": "faiss IndexFlatIP", "usearch": "usearch, exact", "onnxruntime": "onnxruntime, int8",
    "fused": "tantivy and faiss, fused (Python)",
}
# Participants that are another one's program, and what is put before its command.
PROGRAMS = {"openssl1": "openssl", "ledger1": "ledger", "ledger2": "ledger", "lmdb0": "lmdb"}
PREFIXES = {"openssl1": ["taskset", "-c", "0"], "ledger1": ["taskset", "-c", "0"]}
DOCUMENTS = pathlib.Path(__file__).parent.parent.parent / ".build" / "bench" / "documents"
RUNNER_OF_VIEWS = pathlib.Path(__file__).parent.parent / "Sources" / "ledger-bench" / "Workloads+Rebuild.swift"


@dataclasses.dataclass(frozen=True)
class Target:
    """We are to be at least `speed` times as fast as a peer, by the case's own metric."""
    peer: str
    speed: float
    words: str
    ours: str = "ledger"


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
    # Requests of single participants in place of `share`.
    own_shares: tuple = ()
    # Requests to single participants before each share, which are not timed.
    before: tuple = ()
    # All work in the store that the first one prepared.
    is_shared: bool = False
    # A member of the answers that must be the same for all.
    agrees_on: str = ""
    # Words below the table.
    notes: str = ""
    # The method of `Runner` that runs it.
    procedure: str = "shares"

    @property
    def workload(self):
        return self.name.split(".")[0]

    def request(self, participant):
        return dict(self.own_shares).get(participant, self.share)


def cases(quick):
    """All cases; `quick` only shows that everything works."""
    # Seconds of a share, events of a filled store, and of a large one.
    seconds, million, large = (0.2, 20_000, 50_000) if quick else (1.5, 1_000_000, 10_000_000)
    return [*appending(seconds), *importing(million), *reading(million), *rebuilding(million),
            *reopening(seconds, million, large), *verifying(million, large), *amplification(quick),
            *growth(0.2 if quick else 10),
            searching(documents_count(quick)), *nearest(quick), *embedding(quick),
            finding(documents_count(quick), quick)]


def appending(seconds):
    postgres, nats = Target("postgres", 3, "at least 3x PostgreSQL"), Target("nats", 5, "at least 5x JetStream")
    lmdb = Target("lmdb", 0.8, "within 0.8x of raw LMDB in C")
    yield Case(
        "W1", "one appender, one event a commit",
        ("ledger", "lmdb", "sqlite", "eventsourcing", "salamander", "floor"),
        f"append lanes=1 seconds={seconds}", "p50", targets=(
            Target("lmdb", 1 / 1.25, "p50 at most 1.25x raw LMDB in C"),
            Target("eventsourcing", 2, "at least 2x faster than `eventsourcing` on SQLite")),
        notes="Compared: the median time of one append, from the call to the durable acknowledgement. SQLite flushes "
              "once a commit, LMDB twice.")
    yield Case(
        "W2.64", "64 appenders, closed loop, one event a commit",
        ("ledger", "lmdb", "postgres", "nats", "sqlite", "floor"), f"append lanes=64 seconds={seconds}", "rate",
        targets=(nats, postgres, lmdb),
        notes="Each appender writes to streams of its own, drawn by Zipf's law among them. SQLite's appenders share "
              "one connection: each event is a transaction.")
    yield Case(
        "W2.16", "16 appenders, closed loop, one event a commit",
        ("ledger", "lmdb", "postgres", "nats", "floor"), f"append lanes=16 seconds={seconds}", "rate",
        targets=(nats, postgres, lmdb))
    yield Case(
        "W2.64x16", "64 appenders, each with 16 in flight, one event a commit",
        ("ledger", "lmdb", "nats", "floor"), f"append lanes=64 depth=16 seconds={seconds}", "rate",
        targets=(nats, lmdb))


def importing(million):
    for batch, speed, words in (
            (1024, 1.5, "Tree and all indexes are live at the end. PostgreSQL takes COPY, a transaction each."),
            (10000, 3, "Tree and all indexes are live at the end. The tree's hashes are made on the writer's thread, "
                       "those of the payloads on the importer's, which is another core's if there are two importers.")):
        share = f"import events={million} batch={batch}"
        yield Case(
            f"W3.{batch}", f"import of {million:,} events, {batch:,} a commit",
            ("ledger", "ledger2", "lmdb", "lmdb0", "sqlite", "postgres", "floor"), share, "rate",
            prepare=("open store=import-{round}",), is_fresh=True,
            own_shares=(("ledger2", f"{share} lanes=2"), ("lmdb0", f"{share} tree=0")),
            targets=(Target("sqlite", speed, f"at least {speed}x SQLite at {batch:,} events a commit"),),
            limits=(Limit("rss_anon", 150, "RssAnon at most 150 MB while appending 1M events"),
                    Limit("tree_cost", 20, "the tree costs at most 20 % wall time (what the C loop takes longer with "
                                           "it, of our time)")),
            notes=words)


def reading(million):
    every = 100
    participants = ("ledger", "lmdb", "sqlite", "eventsourcing", "salamander")
    prepare = ("open store=main", f"import events={million} batch=4096 every={every}")
    yield Case(
        "W4.first", f"a stream of {million // every:,} events scattered over {million:,}, first read after opening",
        participants, "rehydrate count=1", "p50", prepare=prepare, agrees_on="sum",
        before=(("ledger", ("forget store=main",)),
                *((name, ("close", "open store=main")) for name in participants[1:])),
        limits=(Limit("p50", 7, "a 10,000-event stream scattered in 1M events: at most 7 ms"),),
        notes="Compared: the time to read the stream from the store and fold it. The store's pages are in the system's "
              "memory, but not mapped yet. Daybook's copies of long streams are deleted before, and made meanwhile.")
    yield Case(
        "W4.again", f"a stream of {million // every:,} events scattered over {million:,}, read again",
        participants, "rehydrate count=5", "p50", prepare=(*prepare, "rehydrate count=1"), agrees_on="sum",
        limits=(Limit("p50", 1, "from a snapshot at most 1 ms"),),
        notes="As before, but the store has been read: Daybook reads its copy of the stream, if it keeps one.")


def rebuilding(million):
    """Our side is the views' own runner: `fill` and `rebuild`."""
    if RUNNER_OF_VIEWS.exists():
        yield Case(
            "W5", f"rebuild of views from {million:,} events", ("ledger", "salamander"), "rebuild", "rate",
            prepare=("open store=main", f"fill events={million}"),
            targets=(Target("salamander", 1, "at least `salamander-db`'s own rate on its simplest events"),),
            limits=(Limit("rate", 2_500_000, "at least 2.5M events/s"),
                    Limit("rss_anon", 150, "RssAnon at most 150 MB while rebuilding")))


def reopening(seconds, million, large):
    for name, events, peers in (("1M", million, ("lmdb", "sqlite", "salamander")), ("10M", large, ("lmdb", "sqlite"))):
        yield Case(
            f"W6.{name}", f"first correct read after kill -9 under load, {events:,} events", ("ledger", *peers),
            f"append lanes=64 seconds={100 * seconds}", "p50", procedure="kill",
            prepare=("open store=main", f"import events={events} batch=4096"),
            limits=(Limit("p50", 20, "at most 20 ms to the first correct read"),
                    Limit("lost", 0, "0 acknowledged events lost")),
            notes="Compared: the time in the new process from before opening to the first right answer. Daybook's "
                  "journal first gives back what it holds, up to 5 ms of work by chance, durably. Afterwards "
                  "the last acknowledged event of every appender is looked for. salamander-db had one appender, and "
                  "its lock file had to be removed by hand (not timed).")


def verifying(million, large):
    yield Case(
        "W7", f"verification of {million:,} events", ("ledger", "openssl", "ledger1", "openssl1"), "verify store=main",
        "p50", prepare=("open store=main", f"import events={million} batch=1024", "close"), is_shared=True,
        own_shares=(("openssl", "verify store=main threads=2"),), agrees_on="root",
        targets=(Target("openssl", 0.8, "at least 0.8x a C loop over OpenSSL, 2 processors"),
                 Target("openssl1", 0.8, "at least 0.8x a C loop over OpenSSL, 1 processor", "ledger1"),
                 Target("ledger1", 1.6, "scaling on 2 cores")),
        notes="The C loop hashes every payload, leaf, node and commit of the same file, and compares commits; Daybook "
              "also follows every stream and looks into every index. All found the same root.")
    yield Case(
        "W7.proof", f"proof that one of {large:,} events is in the log", ("ledger",), "proof count=200", "p50",
        prepare=("open store=main", f"import events={large} batch=4096"),
        limits=(Limit("proof_bytes", 1_500, "proof at most 1.5 KB at 10M events"),),
        notes="A proof is a text with the signed checkpoint in it; each was checked with the log's key alone.")


def amplification(quick):
    for batch, events in ((1, 1_000), (16, 8_000), (64, 32_000), (256, 64_000), (1024, 128_000)):
        yield Case(
            f"WA.{batch}", f"{batch:,} events a commit", ("ledger", "lmdb", "sqlite", "floor"),
            f"import events={max(batch, events // 20) if quick else events} batch={batch}", "rate",
            prepare=("open store=import-{round}",), is_fresh=True)


def growth(seconds):
    yield Case(
        "WG", "file growth with a stuck reader", ("ledger",), f"append lanes=64 seconds={seconds}", "rate",
        procedure="grow", prepare=("open store=grow-{round}",),
        limits=(Limit("growth", 2, "file growth with a stuck reader at most 2x"),))


def documents_count(quick):
    return 10_000 if quick else 100_000


def searching(documents):
    return Case(
        "L1", f"the ten best of {documents:,} real documents, OR queries of 2 to 6 words",
        ("ledger", "fts5", "tantivy", "bm25s"), "search count=500", "p50", is_shared=True,
        prepare=(f"documents from={DOCUMENTS} count={documents}",), before=(("bm25s", ("reference",)),),
        targets=(Target("fts5", 10, "at least 10x SQLite FTS5"),),
        notes="Documents are paragraphs of Debian's documentation packages, queries consecutive words of their titles "
              "and sentences; all participants search the same terms, in memory. The reference compared every answer "
              "of ours with the scores of all documents, which bm25s computed. Python's own time for a call is in the "
              "figures of those that are called from it.")


def nearest(quick):
    peers = ("faiss", "usearch")
    for name, share, metric, words in (
            ("K1.1", "nearest", "p50", "one query after the other, 1 thread"),
            ("K1.2", "nearest together=1 threads=2", "seconds", "256 queries at once, 2 threads")):
        count, queries = (5_000, 32) if quick else (100_000, 256)
        yield Case(
            name, f"the 10 nearest of {count:,} vectors of 384 numbers, exactly: {words}", ("ledger", *peers), share,
            metric, prepare=(f"vectors count={count} queries={queries}",), is_shared=True,
            targets=tuple(Target(peer, 2, f"at least 2x {LABELS[peer]}") for peer in peers),
            limits=(Limit("recall", 0.99, "at least 99 % of the true ten"),),
            notes="All search the same vectors in memory. Daybook compares bytes, and the best 40 in single precision; "
                  "the peers compare floats. Their share counts from within Python, around one call of their library.")


def embedding(quick):
    texts = 32 if quick else 256
    for name, share, words in (("K2.batch", "embed", "32 at once"), ("K2.one", "embed together=0", "one by one")):
        yield Case(
            name, f"vectors of {texts} texts of 1 to 120 words, {words}, 1 thread", ("ledger", "onnxruntime"), share,
            "rate", prepare=(f"texts count={texts} words=60",), is_shared=True,
            notes="The same model, with weights of eight bits, on one thread. onnxruntime is given tokens, sorted by "
                  "length so that little is padded; Daybook's share begins with the text.")


def finding(documents, quick):
    return Case(
        "K3", f"the ten best of {documents:,} real documents by words and meaning, under a role and as of an earlier "
              "event", ("ledger", "fused"), "find", "p50", is_shared=True,
        prepare=(f"mixture from={DOCUMENTS} count={documents} queries={20 if quick else 256}",),
        limits=(Limit("p50", 10, "p50 at most 10 ms at 100,000 chunks, the query's own vector excluded"),),
        notes="The documents are those of L1, with vectors of chance. The role may see 11 of 12 collections; of twenty "
              "entries one was revised before the event and one behind it. Daybook finds out for each query what may "
              "be seen; the peers were told beforehand. Both look at the 50 best of each side.")
