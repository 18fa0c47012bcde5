// SQLite as event stores use it: a table of events, one index that makes (stream, version) unique, write-ahead log,
// synchronous=FULL. The unique index is the check of the expected version. Streams are integers, which is kind to it.
#include "bench.h"

#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/time.h>

static struct peer sqlite_peer;
static sqlite3 *db;
static sqlite3_stmt *begin_, *commit_, *insert_, *version_, *stream_, *one_;
static int64_t versions[LANES_MAX + STREAMS + 1];
static uint64_t counters[LANES_MAX];

static void check(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail("%s: %s", what, sqlite3_errmsg(db));
}

static void run(sqlite3_stmt *statement, const char *what) {
    int code = sqlite3_step(statement);
    check(code, what);
    sqlite3_reset(statement);
}

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *statement;
    check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL), sql);
    return statement;
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)answer;
    char path[4096];
    store_path(&sqlite_peer, request, ".sqlite", path);
    check(sqlite3_open(path, &db), path);
    check(sqlite3_exec(
        db,
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS events(position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, "
        "version INTEGER NOT NULL, type INTEGER NOT NULL, time INTEGER NOT NULL, actor TEXT NOT NULL, "
        "payload BLOB NOT NULL);"
        "CREATE UNIQUE INDEX IF NOT EXISTS streams ON events(stream, version)", NULL, NULL, NULL), "schema");
    begin_ = prepared("BEGIN IMMEDIATE");
    commit_ = prepared("COMMIT");
    insert_ = prepared(
        "INSERT INTO events(stream, version, type, time, actor, payload) VALUES(?, ?, 1, ?, 'bench', ?)");
    version_ = prepared("SELECT max(version) FROM events WHERE stream = ?");
    stream_ = prepared("SELECT payload FROM events WHERE stream = ? ORDER BY version");
    one_ = prepared("SELECT payload FROM events WHERE stream = ? AND version = ?");
    memset(versions, 0xff, sizeof versions);
    memset(counters, 0, sizeof counters);
}

static void close_store(void) {
    sqlite3_stmt **all[] = {&begin_, &commit_, &insert_, &version_, &stream_, &one_};
    for (int i = 0; i < 6; i++) {
        sqlite3_finalize(*all[i]);
        *all[i] = NULL;
    }
    if (db) check(sqlite3_close(db), "close");
    db = NULL;
}

static void settings(struct answer *answer) {
    answer_extra(answer, ",\"settings\":\"SQLite %s", sqlite3_libversion());
    const char *names[] = {"journal_mode", "synchronous", "wal_autocheckpoint", "page_size", "cache_size"};
    for (int i = 0; i < 5; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "PRAGMA %s", names[i]);
        sqlite3_stmt *statement = prepared(sql);
        check(sqlite3_step(statement), sql);
        answer_extra(answer, ", %s=%s", names[i], (const char *)sqlite3_column_text(statement, 0));
        sqlite3_finalize(statement);
    }
    answer_extra(answer, "\"");
}

static int64_t *version(int stream) {
    if (versions[stream] < 0) {
        sqlite3_bind_int(version_, 1, stream);
        check(sqlite3_step(version_), "version");
        versions[stream] = sqlite3_column_int64(version_, 0);
        sqlite3_reset(version_);
    }
    return &versions[stream];
}

static void insert(uint64_t number, int stream) {
    uint8_t payload[PAYLOAD_BYTES];
    struct timeval time;
    gettimeofday(&time, NULL);
    data_payload(number, payload);
    sqlite3_bind_int(insert_, 1, stream);
    sqlite3_bind_int64(insert_, 2, ++*version(stream));
    sqlite3_bind_int64(insert_, 3, time.tv_sec * 1000000ll + time.tv_usec);
    sqlite3_bind_blob(insert_, 4, payload, sizeof payload, SQLITE_STATIC);
    run(insert_, "insert");
}

// ---- one event a transaction, by any number of threads on one connection ----

struct lane {
    pthread_t thread;
    const struct request *request;
    struct answer *answer;
    int number;
    uint64_t end;
    struct witness *witness;
};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *run_lane(void *raw) {
    struct lane *lane = raw;
    int lanes = lane->request->lanes;
    while (now_ns() < lane->end) {
        uint64_t number = lane->request->base + lane->number + counters[lane->number]++ * lanes;
        int stream = data_stream(number, lane->number, lanes);
        uint64_t start = now_ns();
        pthread_mutex_lock(&mutex);
        // One statement is a transaction of its own.
        insert(number, stream);
        int is_enough = lane->request->events && lane->answer->events + 1 >= (uint64_t)lane->request->events;
        lane->answer->events++;
        answer_note(lane->answer, now_ns() - start);
        pthread_mutex_unlock(&mutex);
        witness_note(lane->witness, lane->number, versions[stream], number);
        if (is_enough) break;
    }
    return NULL;
}

static void append(const struct request *request, struct answer *answer) {
    static struct lane lanes[LANES_MAX];
    struct witness *witness = witness_map(request->witness);
    if (witness) witness->lanes = request->lanes;
    uint64_t begin = now_ns(), end = request->seconds > 0 ? begin + (uint64_t)(request->seconds * 1e9) : UINT64_MAX;
    for (int i = 0; i < request->lanes; i++) {
        lanes[i] = (struct lane){
            .request = request, .answer = answer, .number = i, .end = end, .witness = witness};
        if (i > 0 && pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i])) fail("no thread");
    }
    run_lane(&lanes[0]);
    for (int i = 1; i < request->lanes; i++) pthread_join(lanes[i].thread, NULL);
    answer->seconds = (now_ns() - begin) / 1e9;
}

// ---- many events a transaction ----

static void import(const struct request *request, struct answer *answer) {
    uint64_t begin = now_ns();
    for (long number = 0; number < request->events;) {
        uint64_t start = now_ns();
        run(begin_, "begin");
        for (long end = number + request->batch; number < end && number < request->events; number++)
            insert(number, data_import_stream(number, request->every));
        run(commit_, "commit");
        answer_note(answer, now_ns() - start);
    }
    answer->events = request->events;
    answer->seconds = (now_ns() - begin) / 1e9;
}

// ---- reading ----

static void rehydrate(const struct request *request, struct answer *answer) {
    uint64_t begin = now_ns(), sum = 0;
    for (long i = 0; i < request->count; i++) {
        uint64_t start = now_ns();
        sqlite3_bind_int(stream_, 1, LONG_STREAM);
        while (sqlite3_step(stream_) == SQLITE_ROW) {
            uint64_t number;
            memcpy(&number, sqlite3_column_blob(stream_, 0), 8);
            sum += number;
            answer->events++;
        }
        sqlite3_reset(stream_);
        answer_note(answer, now_ns() - start);
    }
    answer->seconds = (now_ns() - begin) / 1e9;
    answer_extra(answer, ",\"sum\":%lu", (unsigned long)(sum / request->count));
}

static int is_there(int stream, uint64_t version, uint64_t number) {
    uint64_t found = UINT64_MAX;
    sqlite3_bind_int(one_, 1, stream);
    sqlite3_bind_int64(one_, 2, version);
    if (sqlite3_step(one_) == SQLITE_ROW) memcpy(&found, sqlite3_column_blob(one_, 0), 8);
    sqlite3_reset(one_);
    return found == number;
}

static void first_read(const struct request *request, struct answer *answer) {
    struct witness *witness = witness_map(request->witness);
    uint64_t start = now_ns(), lost = 0;
    open_store(request, answer);
    for (int lane = 0; lane < (int)witness->lanes; lane++) {
        uint64_t acked = witness->acked[lane], number = acked & 0xffffffffff;
        if (acked) {
            answer->events++;
            lost += !is_there(data_stream(number, lane, witness->lanes), acked >> 40, number);
        }
        if (lane == 0) answer->seconds = (now_ns() - start) / 1e9;
    }
    answer_extra(answer, ",\"lost\":%lu", (unsigned long)lost);
}

int main(int argc, char **argv) {
    sqlite_peer = (struct peer){
        .settings = settings, .open = open_store, .append = append, .import = import, .rehydrate = rehydrate,
        .first_read = first_read, .close = close_store};
    return peer_main(argc, argv, &sqlite_peer);
}
