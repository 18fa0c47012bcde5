// The floor of verification: a loop over OpenSSL on the bytes of a ledger of ours, with nothing else. It hashes every
// payload, leaf, node and commit, on one thread or several, and compares the commits; it does not follow streams, and
// looks into no index. It can also hold a reader open, to see how a file grows meanwhile.
#define OPENSSL_API_COMPAT 0x10100000L
#include "lmdb_log.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 14, THREADS_MAX = 64 };
static struct peer openssl_peer;
static MDB_env *env;
static MDB_dbi events, commits;
static MDB_txn *held;

static uint64_t size;
static uint8_t *leaves;       // 32 bytes for each event
static struct tree *subtrees; // one for each chunk of events
static MDB_val *rows;         // the commits, where they lie
static uint64_t row_count;
static _Atomic uint64_t next_chunk, next_row;

static void check(int code, const char *what) {
    if (code) fail("%s: %s", what, mdb_strerror(code));
}

static MDB_txn *begun(void) {
    MDB_txn *txn;
    check(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), "begin");
    return txn;
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)answer;
    char path[4096];
    store_path(&openssl_peer, request, ".ledger/ledger.mdb", path);
    check(mdb_env_create(&env), "create");
    check(mdb_env_set_mapsize(env, 1ul << 40), "map size");
    check(mdb_env_set_maxdbs(env, 64), "tables");
    check(mdb_env_open(env, path, MDB_NOSUBDIR | MDB_NOTLS | MDB_RDONLY, 0600), path);
    MDB_txn *txn = begun();
    check(mdb_dbi_open(txn, "events", MDB_INTEGERKEY, &events), "events");
    check(mdb_dbi_open(txn, "commits", MDB_INTEGERKEY, &commits), "commits");
    check(mdb_txn_commit(txn), "open");
}

static void close_store(void) {
    if (held) mdb_txn_abort(held);
    if (env) mdb_env_close(env);
    held = NULL;
    env = NULL;
}

// `open` and then `hold`: a reader that stays where it is until `close`.
static void hold(const struct request *request, struct answer *answer) {
    open_store(request, answer);
    held = begun();
}

static void settings(struct answer *answer) {
    answer_extra(answer, ",\"settings\":\"SHA256_Init, _Update and _Final of OpenSSL %s; hashes only\"",
                 OPENSSL_VERSION_STR);
}

static void hash_chunk(MDB_txn *txn, uint64_t chunk) {
    uint64_t first = chunk * CHUNK + 1, last = first + CHUNK - 1 < size ? first + CHUNK - 1 : size;
    MDB_cursor *cursor;
    MDB_val key = {8, &first}, value;
    check(mdb_cursor_open(txn, events, &cursor), "cursor");
    check(mdb_cursor_get(cursor, &key, &value, MDB_SET_KEY), "event");
    for (uint64_t position = first; position <= last; position++) {
        const uint8_t *record = value.mv_data;
        uint8_t room[1 + HEADER + 255 + 255 + HASH], *leaf = leaves + (position - 1) * HASH;
        size_t front = HEADER + record[62] + record[63];
        room[0] = 0;
        memcpy(room + 1, record, front);
        log_digest(record + front, value.mv_size - front, room + 1 + front);
        log_digest(room, 1 + front + HASH, leaf);
        tree_append(&subtrees[chunk], leaf, NULL);
        if (position < last) check(mdb_cursor_get(cursor, &key, &value, MDB_NEXT), "event");
    }
    mdb_cursor_close(cursor);
}

static void check_commit(uint64_t row) {
    const uint8_t *header = rows[row].mv_data;
    uint8_t digest[HASH];
    uint32_t count;
    uint64_t first;
    memcpy(&count, header + 4, 4);
    memcpy(&first, header + 8, 8);
    log_digest(leaves + (first - 1) * HASH, (size_t)count * HASH, digest);
    if (memcmp(digest, header + 72, HASH)) fail("the commit at @%lu has other leaves", (unsigned long)first);
    if (row == 0) return;
    log_digest(rows[row - 1].mv_data, COMMIT, digest);
    if (memcmp(digest, header + 40, HASH)) fail("the commit at @%lu is not chained", (unsigned long)first);
}

static void *hash_chunks(void *unused) {
    (void)unused;
    MDB_txn *txn = begun();
    for (uint64_t chunk; (chunk = next_chunk++) * CHUNK < size;) hash_chunk(txn, chunk);
    mdb_txn_abort(txn);
    return NULL;
}

static void *check_commits(void *unused) {
    (void)unused;
    for (uint64_t row; (row = next_row++) < row_count;) check_commit(row);
    return NULL;
}

static void on_threads(int count, void *(*run)(void *)) {
    pthread_t threads[THREADS_MAX];
    for (int i = 1; i < count; i++)
        if (pthread_create(&threads[i], NULL, run, NULL)) fail("no thread");
    run(NULL);
    for (int i = 1; i < count; i++) pthread_join(threads[i], NULL);
}

static void read_commits(MDB_txn *txn) {
    MDB_cursor *cursor;
    MDB_stat stat;
    MDB_val key, value;
    check(mdb_stat(txn, commits, &stat), "commits");
    if (!(rows = malloc((stat.ms_entries + 1) * sizeof *rows))) fail("no memory");
    check(mdb_cursor_open(txn, commits, &cursor), "cursor");
    for (row_count = 0; !mdb_cursor_get(cursor, &key, &value, MDB_NEXT);) rows[row_count++] = value;
    mdb_cursor_close(cursor);
}

// The root of all chunks' trees together: all but the last are complete, so their roots are nodes of one height.
static void whole_root(uint8_t root[HASH]) {
    struct tree whole = {0};
    uint64_t complete = size / CHUNK;
    for (uint64_t chunk = 0; chunk < complete; chunk++) tree_append(&whole, subtrees[chunk].subtrees[0], NULL);
    if (size % CHUNK) {
        struct tree *last = &subtrees[complete];
        memcpy(whole.subtrees[whole.depth], last->subtrees, last->depth * HASH);
        whole.depth += last->depth;
    }
    tree_root(&whole, root);
}

static void verify(const struct request *request, struct answer *answer) {
    uint64_t start = now_ns();
    open_store(request, answer);
    MDB_txn *txn = begun();
    MDB_stat stat;
    check(mdb_stat(txn, events, &stat), "events");
    size = stat.ms_entries;
    leaves = malloc(size * HASH);
    subtrees = calloc(size / CHUNK + 1, sizeof *subtrees);
    if (!leaves || !subtrees || request->threads > THREADS_MAX) fail("no memory");
    next_chunk = next_row = 0;
    on_threads(request->threads, hash_chunks);
    read_commits(txn);
    on_threads(request->threads, check_commits);
    uint8_t root[HASH];
    whole_root(root);
    mdb_txn_abort(txn);
    close_store();
    answer->seconds = (now_ns() - start) / 1e9;
    answer->events = size;
    answer_note(answer, now_ns() - start);
    answer_extra(answer, ",\"root\":\"");
    for (int i = 0; i < HASH; i++) answer_extra(answer, "%02x", root[i]);
    answer_extra(answer, "\"");
    free(leaves);
    free(subtrees);
    free(rows);
}

int main(int argc, char **argv) {
    openssl_peer = (struct peer){
        .settings = settings, .open = open_store, .hold = hold, .verify = verify, .close = close_store};
    return peer_main(argc, argv, &openssl_peer);
}
