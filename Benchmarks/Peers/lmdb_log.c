#define OPENSSL_API_COMPAT 0x10100000L
#include "lmdb_log.h"

#include <stdlib.h>
#include <string.h>

static void check(int code, const char *what) {
    if (code) fail("%s: %s", what, mdb_strerror(code));
}

// ---- hashes ----

void log_digest(const void *bytes, size_t count, uint8_t digest[HASH]) {
    // OpenSSL's direct functions: its general ones cost as much again for so few bytes.
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final(digest, &context);
}

void tree_node(const uint8_t *left, const uint8_t *right, uint8_t node[HASH]) {
    uint8_t room[1 + 2 * HASH] = {1};
    memcpy(room + 1, left, HASH);
    memcpy(room + 1 + HASH, right, HASH);
    log_digest(room, sizeof room, node);
}

// Keeps the root of a subtree that has just become complete: 256^level leaves.
static void put_node(struct log *log, int height, uint8_t hash[HASH]) {
    uint64_t number = (uint64_t)(height / 8) << 56 | log->tree.size >> height;
    MDB_val key = {8, &number}, value = {HASH, hash};
    check(mdb_put(log->txn, log->nodes, &key, &value, 0), "node");
}

void tree_append(struct tree *tree, const uint8_t leaf[HASH], struct log *keeper) {
    uint8_t hash[HASH];
    int height = 0;
    memcpy(hash, leaf, HASH);
    for (uint64_t bits = tree->size; bits & 1; bits >>= 1) {
        tree_node(tree->subtrees[--tree->depth], hash, hash);
        if (++height % 8 == 0 && keeper) put_node(keeper, height, hash);
    }
    memcpy(tree->subtrees[tree->depth++], hash, HASH);
    tree->size++;
}

void tree_root(const struct tree *tree, uint8_t root[HASH]) {
    if (!tree->depth) return log_digest("", 0, root);
    memcpy(root, tree->subtrees[tree->depth - 1], HASH);
    for (int i = tree->depth - 2; i >= 0; i--) tree_node(tree->subtrees[i], root, root);
}

// ---- opening ----

static void begin_log(struct log *log) {
    uint32_t format = 2;
    MDB_val keys[] = {{6, "format"}, {6, "origin"}}, values[] = {{4, &format}, {14, "bench.local/c1"}};
    for (int i = 0; i < 2; i++) check(mdb_put(log->txn, log->meta, &keys[i], &values[i], 0), "format");
}

void log_open(struct log *log, const char *path) {
    memset(log, 0, sizeof *log);
    check(mdb_env_create(&log->env), "create");
    check(mdb_env_set_mapsize(log->env, 1ul << 40), "map size");
    check(mdb_env_set_maxdbs(log->env, 64), "tables");
    check(mdb_env_open(log->env, path, MDB_NOSUBDIR | MDB_NOTLS | MDB_NOMEMINIT, 0600), path);
    MDB_dbi unused;
    struct { const char *name; MDB_dbi *table; unsigned flags; } tables[] = {
        {"events", &log->events, MDB_INTEGERKEY}, {"nodes", &log->nodes, MDB_INTEGERKEY}, {"heads", &log->heads, 0},
        {"commits", &log->commits, MDB_INTEGERKEY}, {"commit ids", &log->ids, 0}, {"meta", &log->meta, 0},
        {"artifacts", &unused, MDB_INTEGERKEY}, {"artifact runs", &unused, MDB_INTEGERKEY}};
    check(mdb_txn_begin(log->env, NULL, 0, &log->txn), "begin");
    for (int i = 0; i < 8; i++)
        check(mdb_dbi_open(log->txn, tables[i].name, tables[i].flags | MDB_CREATE, tables[i].table), tables[i].name);
    MDB_val key = {6, "format"}, value;
    if (mdb_get(log->txn, log->meta, &key, &value)) begin_log(log);
    key = (MDB_val){4, "tree"};
    if (!mdb_get(log->txn, log->meta, &key, &value)) {
        memcpy(&log->tree.size, value.mv_data, 8);
        log->tree.depth = __builtin_popcountll(log->tree.size);
        memcpy(log->tree.subtrees, (uint8_t *)value.mv_data + 8, value.mv_size - 8);
    }
    MDB_cursor *cursor;
    check(mdb_cursor_open(log->txn, log->commits, &cursor), "cursor");
    if (!mdb_cursor_get(cursor, &key, &value, MDB_LAST)) log_digest(value.mv_data, COMMIT, log->last_commit);
    mdb_cursor_close(cursor);
    check(mdb_cursor_open(log->txn, log->ids, &cursor), "cursor");
    if (!mdb_cursor_get(cursor, &key, &value, MDB_LAST)) memcpy(log->highest_id, key.mv_data, 16);
    mdb_cursor_close(cursor);
    check(mdb_txn_commit(log->txn), "commit");
    log->txn = NULL;
}

void log_close(struct log *log) {
    if (log->env) mdb_env_close(log->env);
    log->env = NULL;
}

// ---- writing ----

void log_id(struct new_commit *commit, uint64_t number) {
    uint64_t high = (uint64_t)(commit->time / 1000) << 16 | 0x7000 | (data_mix(~number) & 0xfff);
    uint64_t low = 0x8000000000000000 | (data_mix(number ^ 0x1d) & 0x3fffffffffffffff);
    high = __builtin_bswap64(high);
    low = __builtin_bswap64(low);
    memcpy(commit->id, &high, 8);
    memcpy(commit->id + 8, &low, 8);
}

void log_begin(struct log *log) { check(mdb_txn_begin(log->env, NULL, 0, &log->txn), "begin"); }

static struct head read_head(struct log *log, MDB_txn *txn, int stream) {
    struct head head = {.is_known = 1};
    char name[32];
    MDB_val key = {data_stream_name(stream, name), name}, value;
    if (mdb_get(txn, log->heads, &key, &value)) return head;
    memcpy(&head.number, value.mv_data, 8);
    memcpy(&head.last, (uint8_t *)value.mv_data + 8, 8);
    memcpy(&head.version, (uint8_t *)value.mv_data + 16, 4);
    return head;
}

static void put_leaf(
    struct log *log, const uint8_t *record, size_t front, const uint8_t digest[HASH], SHA256_CTX *leaves) {
    uint8_t room[1 + HEADER + 32 + ACTOR + HASH], leaf[HASH];
    room[0] = 0;
    memcpy(room + 1, record, front);
    memcpy(room + 1 + front, digest, HASH);
    log_digest(room, 1 + front + HASH, leaf);
    SHA256_Update(leaves, leaf, HASH);
    tree_append(&log->tree, leaf, log);
}

static void put_event(
    struct log *log, const struct new_commit *commit, struct new_event *event, long index, SHA256_CTX *leaves) {
    struct head *head = &log->known[event->stream];
    if (!head->is_known) *head = read_head(log, log->txn, event->stream);
    if (event->expected != head->version) fail("stream %d is at %u", event->stream, head->version);
    uint64_t position = log->tree.size + 1, first = position - index, none = 0;
    char name[32];
    int name_length = 0;
    if (!head->version) {
        head->number = position;
        name_length = data_stream_name(event->stream, name);
    }
    uint32_t version = head->version + 1, length = PAYLOAD_BYTES;
    uint16_t place = index, type = 1;
    size_t front = HEADER + name_length + ACTOR;
    MDB_val key = {8, &position}, value = {front + PAYLOAD_BYTES, NULL};
    check(mdb_put(log->txn, log->events, &key, &value, MDB_APPEND | MDB_RESERVE), "event");
    uint8_t *record = value.mv_data;
    memcpy(record, &position, 8);
    memcpy(record + 8, &head->number, 8);
    memcpy(record + 16, &head->last, 8);
    memcpy(record + 24, &first, 8);
    memcpy(record + 32, &none, 8);
    memcpy(record + 40, &commit->time, 8);
    memcpy(record + 48, &version, 4);
    memcpy(record + 52, &length, 4);
    memcpy(record + 56, &place, 2);
    memcpy(record + 58, &type, 2);
    record[60] = 1;
    record[61] = 0;
    record[62] = name_length;
    record[63] = ACTOR;
    memcpy(record + HEADER, name, name_length);
    memcpy(record + HEADER + name_length, "bench", ACTOR);
    memcpy(record + front, event->payload, PAYLOAD_BYTES);
    if (log->has_no_tree) log->tree.size++;
    else put_leaf(log, record, front, event->digest, leaves);
    head->last = position;
    head->version = version;
    if (!head->is_moved) log->moved[log->moved_count++] = event->stream;
    head->is_moved = 1;
}

void log_take(struct log *log, struct new_commit *commit) {
    MDB_val id = {16, commit->id}, value;
    // An id higher than all before it is new, and goes to the end.
    int is_highest = memcmp(commit->id, log->highest_id, 16) > 0;
    if (!is_highest && !mdb_get(log->txn, log->ids, &id, &value)) fail("a commit id came twice");
    uint64_t first = log->tree.size + 1;
    SHA256_CTX leaves;
    SHA256_Init(&leaves);
    for (long i = 0; i < commit->count; i++) put_event(log, commit, &commit->events[i], i, &leaves);
    uint8_t header[COMMIT];
    uint32_t format = 2, count = commit->count;
    memcpy(header, &format, 4);
    memcpy(header + 4, &count, 4);
    memcpy(header + 8, &first, 8);
    memcpy(header + 16, &commit->time, 8);
    memcpy(header + 24, commit->id, 16);
    memcpy(header + 40, log->last_commit, HASH);
    SHA256_Final(header + 72, &leaves);
    MDB_val key = {8, &first}, row = {COMMIT, header}, place = {8, &first};
    check(mdb_put(log->txn, log->commits, &key, &row, MDB_APPEND), "commit");
    check(mdb_put(log->txn, log->ids, &id, &place, is_highest ? MDB_APPEND : 0), "commit id");
    if (is_highest) memcpy(log->highest_id, commit->id, 16);
    log_digest(header, COMMIT, log->last_commit);
}

void log_commit(struct log *log) {
    for (int i = 0; i < log->moved_count; i++) {
        struct head *head = &log->known[log->moved[i]];
        uint8_t row[20];
        char name[32];
        memcpy(row, &head->number, 8);
        memcpy(row + 8, &head->last, 8);
        memcpy(row + 16, &head->version, 4);
        MDB_val key = {data_stream_name(log->moved[i], name), name}, value = {sizeof row, row};
        check(mdb_put(log->txn, log->heads, &key, &value, 0), "head");
        head->is_moved = 0;
    }
    log->moved_count = 0;
    uint8_t tree[8 + LEVELS * HASH];
    memcpy(tree, &log->tree.size, 8);
    memcpy(tree + 8, log->tree.subtrees, log->tree.depth * HASH);
    MDB_val key = {4, "tree"}, value = {8 + log->tree.depth * HASH, tree};
    check(mdb_put(log->txn, log->meta, &key, &value, 0), "tree");
    check(mdb_txn_commit(log->txn), "commit");
    log->txn = NULL;
}

// ---- reading ----

static const uint8_t *record_at(struct log *log, MDB_txn *txn, uint64_t position) {
    MDB_val key = {8, &position}, value;
    check(mdb_get(txn, log->events, &key, &value), "event");
    return value.mv_data;
}

// What a record holds behind its header.
static const uint8_t *payload_of(const uint8_t *record) { return record + HEADER + record[62] + record[63]; }

uint32_t log_version(struct log *log, int stream) {
    MDB_txn *txn;
    check(mdb_txn_begin(log->env, NULL, MDB_RDONLY, &txn), "begin");
    uint32_t version = read_head(log, txn, stream).version;
    mdb_txn_abort(txn);
    return version;
}

uint64_t log_fold(struct log *log, int stream, uint64_t *count) {
    MDB_txn *txn;
    check(mdb_txn_begin(log->env, NULL, MDB_RDONLY, &txn), "begin");
    uint64_t sum = 0, number;
    for (uint64_t place = read_head(log, txn, stream).last; place; ++*count) {
        const uint8_t *record = record_at(log, txn, place);
        memcpy(&place, record + 16, 8);
        memcpy(&number, payload_of(record), 8);
        sum += number;
    }
    mdb_txn_abort(txn);
    return sum;
}

int log_holds(struct log *log, int stream, uint64_t version, uint64_t number) {
    MDB_txn *txn;
    check(mdb_txn_begin(log->env, NULL, MDB_RDONLY, &txn), "begin");
    struct head head = read_head(log, txn, stream);
    int is_held = 0;
    for (uint64_t place = head.last, at = head.version; place && at >= version; at--) {
        const uint8_t *record = record_at(log, txn, place);
        memcpy(&place, record + 16, 8);
        if (at == version) is_held = !memcmp(payload_of(record), &number, 8);
    }
    mdb_txn_abort(txn);
    return is_held;
}
