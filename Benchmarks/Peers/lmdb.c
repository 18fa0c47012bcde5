// Raw LMDB in C, with our tables, our hashes and our batching: what the Swift ledger could be at best.
//
// One writer thread drains a queue into one transaction; payloads are hashed on the appenders' threads. Records, leaf
// hashes, tree nodes, commits and their chain are byte for byte of the format in FileFormat.md. It checks expected
// versions and commit ids as the ledger does. It does not check limits, and a failure ends it.
#include "lmdb_log.h"

#include <lmdb.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static struct peer lmdb_peer;
static struct log the_log;
static uint64_t counters[LANES_MAX];
static int64_t versions[LANES_MAX + STREAMS + 1];

static void settings(struct answer *answer) {
    unsigned flags;
    mdb_env_get_flags(the_log.env, &flags);
    answer_extra(answer, ",\"settings\":\"%s, flags %#x (no NOSYNC, NOMETASYNC or WRITEMAP), SHA-256 of OpenSSL\"",
                 mdb_version(NULL, NULL, NULL), flags);
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)answer;
    char path[4096];
    // A folder as the ledger's own, so that the ledger can verify it.
    store_path(&lmdb_peer, request, ".ledger", path);
    mkdir(path, 0700);
    strcat(path, "/ledger.mdb");
    log_open(&the_log, path);
    memset(counters, 0, sizeof counters);
    memset(versions, 0xff, sizeof versions);
}

static void close_store(void) { log_close(&the_log); }

static int64_t now_us(void) {
    struct timeval time;
    gettimeofday(&time, NULL);
    return time.tv_sec * 1000000ll + time.tv_usec;
}

static void prepare(struct new_event *event, uint64_t number, int stream) {
    event->stream = stream;
    event->number = number;
    // Only its own lane writes to a stream, so what it expects is right.
    if (versions[stream] < 0) versions[stream] = log_version(&the_log, stream);
    event->expected = versions[stream]++;
    data_payload(number, event->payload);
    log_digest(event->payload, PAYLOAD_BYTES, event->digest);
}

// ---- appenders and their writer ----

struct lane;
struct slot {
    struct lane *lane;
    struct new_event event;
    struct new_commit commit;
    uint64_t start;
};
struct lane {
    pthread_t thread;
    const struct request *request;
    struct answer answer;
    int number;
    uint64_t end;
    struct witness *witness;
    // How many of its commits are not acknowledged yet; a futex.
    _Atomic uint32_t waiting;
};
static struct lane lanes[LANES_MAX];
static struct slot slots[LANES_MAX];
static uint64_t limit;
static _Atomic uint64_t taken;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_filled = PTHREAD_COND_INITIALIZER;
static struct slot *queue[LANES_MAX];
static int queued, is_over;

static void post(struct slot *slot) {
    pthread_mutex_lock(&mutex);
    queue[queued++] = slot;
    if (queued == 1) pthread_cond_signal(&is_filled);
    pthread_mutex_unlock(&mutex);
}

static void *run_writer(void *unused) {
    static struct slot *mail[LANES_MAX];
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (!queued && !is_over) pthread_cond_wait(&is_filled, &mutex);
        int count = queued;
        memcpy(mail, queue, count * sizeof *mail);
        queued = 0;
        pthread_mutex_unlock(&mutex);
        if (!count) return NULL;
        log_begin(&the_log);
        for (int i = 0; i < count; i++) log_take(&the_log, &mail[i]->commit);
        log_commit(&the_log);
        for (int i = 0; i < count; i++) {
            struct lane *lane = mail[i]->lane;
            if (atomic_fetch_sub(&lane->waiting, 1) == 1)
                syscall(SYS_futex, &lane->waiting, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
        }
    }
}

static void *run_lane(void *raw) {
    struct lane *lane = raw;
    int depth = lane->request->depth, all = lane->request->lanes * depth;
    while (now_ns() < lane->end && (!limit || atomic_fetch_add(&taken, depth) < limit)) {
        atomic_store(&lane->waiting, depth);
        for (int i = 0; i < depth; i++) {
            int number = lane->number * depth + i;
            struct slot *slot = &slots[number];
            uint64_t event = lane->request->base + number + counters[number]++ * all;
            slot->lane = lane;
            slot->start = now_ns();
            prepare(&slot->event, event, data_stream(event, number, all));
            slot->commit = (struct new_commit){.events = &slot->event, .count = 1, .time = now_us()};
            log_id(&slot->commit, event);
            post(slot);
        }
        uint32_t left;
        while ((left = atomic_load(&lane->waiting)))
            syscall(SYS_futex, &lane->waiting, FUTEX_WAIT_PRIVATE, left, NULL, NULL, 0);
        uint64_t now = now_ns();
        for (int i = 0; i < depth; i++) {
            struct slot *slot = &slots[lane->number * depth + i];
            answer_note(&lane->answer, now - slot->start);
            witness_note(lane->witness, lane->number * depth + i, slot->event.expected + 1, slot->event.number);
        }
        lane->answer.events += depth;
    }
    return NULL;
}

static void append(const struct request *request, struct answer *answer) {
    pthread_t writer;
    struct witness *witness = witness_map(request->witness);
    if (witness) witness->lanes = request->lanes * request->depth;
    limit = request->events;
    taken = 0;
    is_over = 0;
    if (pthread_create(&writer, NULL, run_writer, NULL)) fail("no thread");
    uint64_t begin = now_ns(), end = request->seconds > 0 ? begin + (uint64_t)(request->seconds * 1e9) : UINT64_MAX;
    for (int i = 0; i < request->lanes; i++) {
        lanes[i] = (struct lane){.request = request, .number = i, .end = end, .witness = witness};
        if (pthread_create(&lanes[i].thread, NULL, run_lane, &lanes[i])) fail("no thread");
    }
    for (int i = 0; i < request->lanes; i++) {
        pthread_join(lanes[i].thread, NULL);
        answer_merge(answer, &lanes[i].answer);
    }
    answer->seconds = (now_ns() - begin) / 1e9;
    pthread_mutex_lock(&mutex);
    is_over = 1;
    pthread_cond_signal(&is_filled);
    pthread_mutex_unlock(&mutex);
    pthread_join(writer, NULL);
}

// ---- many events a commit ----

static void import(const struct request *request, struct answer *answer) {
    struct new_event *events = calloc(request->batch, sizeof *events);
    if (!events) fail("no memory");
    the_log.has_no_tree = request->has_no_tree;
    uint64_t begin = now_ns();
    for (long number = 0; number < request->events;) {
        uint64_t start = now_ns();
        struct new_commit commit = {.events = events, .time = now_us()};
        log_id(&commit, number);
        for (; commit.count < request->batch && number < request->events; number++)
            prepare(&events[commit.count++], number, data_import_stream(number, request->every));
        log_begin(&the_log);
        log_take(&the_log, &commit);
        log_commit(&the_log);
        answer_note(answer, now_ns() - start);
    }
    answer->events = request->events;
    answer->seconds = (now_ns() - begin) / 1e9;
    free(events);
}

// ---- reading ----

static void rehydrate(const struct request *request, struct answer *answer) {
    uint64_t begin = now_ns(), sum = 0;
    for (long i = 0; i < request->count; i++) {
        uint64_t start = now_ns();
        sum += log_fold(&the_log, LONG_STREAM, &answer->events);
        answer_note(answer, now_ns() - start);
    }
    answer->seconds = (now_ns() - begin) / 1e9;
    answer_extra(answer, ",\"sum\":%lu", (unsigned long)(sum / request->count));
}

static void first_read(const struct request *request, struct answer *answer) {
    struct witness *witness = witness_map(request->witness);
    uint64_t start = now_ns(), lost = 0;
    open_store(request, answer);
    for (int lane = 0; lane < (int)witness->lanes; lane++) {
        uint64_t acked = witness->acked[lane], number = acked & 0xffffffffff;
        if (acked) {
            answer->events++;
            lost += !log_holds(&the_log, data_stream(number, lane, witness->lanes), acked >> 40, number);
        }
        if (lane == 0) answer->seconds = (now_ns() - start) / 1e9;
    }
    answer_extra(answer, ",\"lost\":%lu", (unsigned long)lost);
}

int main(int argc, char **argv) {
    lmdb_peer = (struct peer){
        .settings = settings, .open = open_store, .append = append, .import = import, .rehydrate = rehydrate,
        .first_read = first_read, .close = close_store};
    return peer_main(argc, argv, &lmdb_peer);
}
