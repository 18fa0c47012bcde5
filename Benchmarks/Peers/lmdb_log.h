// A log on LMDB with the tables and hashes of FileFormat.md, for the peers in C.
#ifndef LMDB_LOG_H
#define LMDB_LOG_H

#include "bench.h"

#include <lmdb.h>
#include <openssl/sha.h>

enum { HASH = 32, HEADER = 64, ACTOR = 5, COMMIT = 104, LEVELS = 64 };

// A tree over leaves as in RFC 6962: the roots of its complete subtrees, largest first.
struct tree {
    uint64_t size;
    int depth;
    uint8_t subtrees[LEVELS][HASH];
};

struct head {
    uint64_t number, last;
    uint32_t version, is_known, is_moved;
};

struct log {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi events, nodes, heads, commits, ids, meta;
    struct tree tree;
    uint8_t last_commit[HASH], highest_id[16];
    struct head known[LANES_MAX + STREAMS + 1];
    int moved[LANES_MAX + STREAMS + 1], moved_count;
    // Neither leaves nor nodes: to see what the tree costs.
    int has_no_tree;
};

struct new_event {
    int stream;
    // The stream's version before it.
    uint32_t expected;
    uint64_t number;
    uint8_t digest[HASH], payload[PAYLOAD_BYTES];
};
struct new_commit {
    struct new_event *events;
    long count;
    int64_t time;
    uint8_t id[16];
};

void log_open(struct log *log, const char *path);
void log_close(struct log *log);
// A commit id as in RFC 9562, version 7, from its time.
void log_id(struct new_commit *commit, uint64_t number);
void log_begin(struct log *log);
void log_take(struct log *log, struct new_commit *commit);
// Ends the transaction: flushed when it returns.
void log_commit(struct log *log);
uint32_t log_version(struct log *log, int stream);
// Adds up the numbers of a stream's events along its thread, newest first.
uint64_t log_fold(struct log *log, int stream, uint64_t *count);
int log_holds(struct log *log, int stream, uint64_t version, uint64_t number);

void log_digest(const void *bytes, size_t count, uint8_t digest[HASH]);
// Where there is a keeper, nodes at every eighth height go into its table.
void tree_append(struct tree *tree, const uint8_t leaf[HASH], struct log *keeper);
void tree_node(const uint8_t *left, const uint8_t *right, uint8_t node[HASH]);
void tree_root(const struct tree *tree, uint8_t root[HASH]);

#endif
