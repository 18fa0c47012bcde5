#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// ---- seeded data ----

static uint64_t seed;
static uint8_t pool[POOL][PAYLOAD_BYTES];
// For each number of streams that a lane can own, the stream that a draw of 16 bits means; made when first asked for.
static _Atomic(uint16_t *) draws[STREAMS + 1];

uint64_t data_mix(uint64_t number) {
    uint64_t z = seed + (number + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void data_init(uint64_t chosen) {
    seed = chosen;
    for (uint64_t i = 0; i < POOL * PAYLOAD_BYTES / 8; i++) {
        uint64_t word = data_mix(i << 32);
        memcpy(&pool[0][0] + 8 * i, &word, 8);
    }
}

void data_payload(uint64_t number, uint8_t payload[PAYLOAD_BYTES]) {
    memcpy(payload, pool[number % POOL], PAYLOAD_BYTES);
    memcpy(payload, &number, 8);
}

static uint16_t *make_draws(int owned) {
    uint16_t *table = malloc(DRAWS * sizeof *table);
    if (!table) fail("no memory");
    double total = 0, sum = 1;
    for (int rank = 1; rank <= owned; rank++) total += 1.0 / rank;
    int rank = 1;
    for (int draw = 0; draw < DRAWS; draw++) {
        while (rank < owned && sum / total <= (draw + 0.5) / DRAWS) sum += 1.0 / ++rank;
        table[draw] = rank - 1;
    }
    return table;
}

int data_stream(uint64_t number, int lane, int lanes) {
    int owned = lane < STREAMS ? (STREAMS - lane + lanes - 1) / lanes : 1;
    uint16_t *table = atomic_load(&draws[owned]);
    if (!table) atomic_store(&draws[owned], table = make_draws(owned));
    return lane + lanes * table[data_mix(number) >> 48];
}

int data_import_stream(uint64_t number, int every) {
    return every && number % every == 0 ? LONG_STREAM : data_stream(number, 0, 1);
}

int data_stream_name(int stream, char name[32]) { return snprintf(name, 32, "bench/s-%04d", stream); }

// ---- answers ----

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000ull + time.tv_nsec;
}

void answer_note(struct answer *answer, uint64_t ns) {
    if (ns == 0) ns = 1;
    int octave = 63 - __builtin_clzll(ns);
    answer->buckets[octave * 128 + ((ns << 7 >> octave) & 127)]++;
}

void answer_merge(struct answer *into, const struct answer *from) {
    into->events += from->events;
    for (int i = 0; i < BUCKETS; i++) into->buckets[i] += from->buckets[i];
}

void answer_extra(struct answer *answer, const char *format, ...) {
    size_t used = strlen(answer->extra);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(answer->extra + used, sizeof answer->extra - used, format, arguments);
    va_end(arguments);
}

static void answer_print(const struct answer *answer) {
    printf("{\"events\":%lu,\"seconds\":%.9f,\"histogram\":{", (unsigned long)answer->events, answer->seconds);
    const char *comma = "";
    for (int i = 0; i < BUCKETS; i++) {
        if (!answer->buckets[i]) continue;
        printf("%s\"%d\":%u", comma, i, answer->buckets[i]);
        comma = ",";
    }
    printf("}%s}\n", answer->extra);
    fflush(stdout);
}

// ---- witness ----

struct witness *witness_map(const char *path) {
    if (!*path) return NULL;
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct witness))) fail("%s: %s", path, strerror(errno));
    void *map = mmap(NULL, sizeof(struct witness), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map == MAP_FAILED) fail("%s: %s", path, strerror(errno));
    close(file);
    return map;
}

void witness_note(struct witness *witness, int lane, uint64_t version, uint64_t number) {
    if (witness) atomic_store(&witness->acked[lane], version << 40 | number);
}

// ---- the loop ----

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void store_path(const struct peer *peer, const struct request *request, const char *suffix, char path[4096]) {
    snprintf(path, 4096, "%s/%s%s", peer->directory, request->store, suffix);
}

static void parse(char *line, struct request *request) {
    *request = (struct request){.lanes = 1, .depth = 1, .threads = 1, .batch = 1, .count = 1};
    char *rest = NULL, *word = strtok_r(line, " \n", &rest);
    snprintf(request->verb, sizeof request->verb, "%s", word ? word : "");
    while ((word = strtok_r(NULL, " \n", &rest))) {
        char *value = strchr(word, '=');
        if (!value) fail("not key=value: %s", word);
        *value++ = 0;
        if (!strcmp(word, "events")) request->events = atol(value);
        else if (!strcmp(word, "batch")) request->batch = atol(value);
        else if (!strcmp(word, "every")) request->every = atol(value);
        else if (!strcmp(word, "count")) request->count = atol(value);
        else if (!strcmp(word, "lanes")) request->lanes = atoi(value);
        else if (!strcmp(word, "depth")) request->depth = atoi(value);
        else if (!strcmp(word, "threads")) request->threads = atoi(value);
        else if (!strcmp(word, "tree")) request->has_no_tree = !atoi(value);
        else if (!strcmp(word, "seconds")) request->seconds = atof(value);
        else if (!strcmp(word, "base")) request->base = strtoull(value, NULL, 10);
        else if (!strcmp(word, "store")) snprintf(request->store, sizeof request->store, "%s", value);
        else if (!strcmp(word, "witness")) snprintf(request->witness, sizeof request->witness, "%s", value);
        else fail("unknown: %s", word);
    }
    if (request->lanes < 1 || request->lanes * request->depth > LANES_MAX) fail("too many in flight");
}

int peer_main(int argc, char **argv, struct peer *peer) {
    static char line[8192];
    static struct answer answer;
    struct request request;
    if (argc != 3) fail("usage: %s FOLDER SEED", argv[0]);
    peer->directory = argv[1];
    data_init(strtoull(argv[2], NULL, 10));
    while (fgets(line, sizeof line, stdin)) {
        parse(line, &request);
        memset(&answer, 0, sizeof answer);
        const struct { const char *verb; void (*run)(const struct request *, struct answer *); } verbs[] = {
            {"open", peer->open}, {"append", peer->append}, {"import", peer->import},
            {"rehydrate", peer->rehydrate}, {"first-read", peer->first_read}, {"verify", peer->verify},
            {"hold", peer->hold}, {"search", peer->search},
        };
        if (!strcmp(request.verb, "quit")) break;
        if (!strcmp(request.verb, "settings")) peer->settings(&answer);
        else if (!strcmp(request.verb, "close")) peer->close();
        else {
            int found = 0;
            for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
                if (strcmp(request.verb, verbs[i].verb) || !verbs[i].run) continue;
                verbs[i].run(&request, &answer);
                found = 1;
            }
            if (!found) fail("no such request: %s", request.verb);
        }
        answer_print(&answer);
    }
    peer->close();
    return 0;
}
