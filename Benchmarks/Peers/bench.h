// What every peer in C shares: the seeded data, the histogram, and the line protocol of Benchmarks/README.md.
#ifndef BENCH_H
#define BENCH_H

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

enum { PAYLOAD_BYTES = 256, POOL = 1024, STREAMS = 1000, LANES_MAX = 1024, DRAWS = 65536, LONG_STREAM = 1023 };

// ---- seeded data: the same events in every language ----

void data_init(uint64_t seed);
// A hash of a number and the seed: the finaliser of SplitMix64.
uint64_t data_mix(uint64_t number);
// The payload of event `number`: 256 bytes, the first 8 of which are the number.
void data_payload(uint64_t number, uint8_t payload[PAYLOAD_BYTES]);
// The stream of event `number`, drawn by Zipf's law (exponent 1) among those of one lane: lane, lane + lanes, …
int data_stream(uint64_t number, int lane, int lanes);
// The same for an import: every so many events one goes to LONG_STREAM.
int data_import_stream(uint64_t number, int every);
int data_stream_name(int stream, char name[32]);

// ---- requests and answers ----

struct request {
    char verb[32], store[256], witness[4096];
    long events, batch, every, count;
    int lanes, depth, threads, has_no_tree;
    double seconds;
    uint64_t base;
};

enum { BUCKETS = 64 * 128 };
struct answer {
    uint64_t events;
    double seconds;
    uint32_t buckets[BUCKETS];
    char extra[65536];  // More members of the answer, each with a comma before it.
};

uint64_t now_ns(void);
void answer_note(struct answer *answer, uint64_t ns);
void answer_merge(struct answer *into, const struct answer *from);
void answer_extra(struct answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ---- what was acknowledged, in a file that outlives a kill ----

struct witness {
    _Atomic uint64_t lanes;
    _Atomic uint64_t acked[LANES_MAX];  // version << 40 | event number
};
struct witness *witness_map(const char *path);
void witness_note(struct witness *witness, int lane, uint64_t version, uint64_t number);

// ---- a peer ----

struct peer {
    // Where its files lie: set before the first request.
    const char *directory;
    void (*settings)(struct answer *);
    void (*open)(const struct request *, struct answer *);
    void (*append)(const struct request *, struct answer *);
    void (*import)(const struct request *, struct answer *);
    void (*rehydrate)(const struct request *, struct answer *);
    void (*first_read)(const struct request *, struct answer *);
    void (*verify)(const struct request *, struct answer *);
    void (*hold)(const struct request *, struct answer *);
    void (*search)(const struct request *, struct answer *);
    void (*close)(void);
};
int peer_main(int argc, char **argv, struct peer *peer);

// Ends the process with words on standard error: a peer that fails must not be measured.
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void store_path(const struct peer *peer, const struct request *request, const char *suffix, char path[4096]);

#endif
