// PostgreSQL over libpq: one connection for each appender, all served by one thread with poll, which costs the server's
// two processors less than a thread each would. One prepared INSERT is a transaction; a unique index over (stream,
// version) checks the expected version. The harness starts the server and gives its socket's folder in PGHOST.
#include "bench.h"

#include <endian.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { CONNECTIONS_MAX = 64 };
static PGconn *connections[CONNECTIONS_MAX];
static int opened;
static int32_t versions[LANES_MAX + STREAMS + 1];
static uint64_t counters[CONNECTIONS_MAX];
// PostgreSQL counts microseconds from 2000-01-01.
static const int64_t EPOCH_US = 946684800000000;

static PGresult *check(PGconn *connection, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        fail("PostgreSQL: %s", PQerrorMessage(connection));
    return result;
}

static void run(const char *sql) { PQclear(check(connections[0], PQexec(connections[0], sql))); }

static void connect_all(int count) {
    for (; opened < count; opened++) {
        PGconn *connection = connections[opened] = PQconnectdb("dbname=postgres");
        if (PQstatus(connection) != CONNECTION_OK) fail("PostgreSQL: %s", PQerrorMessage(connection));
        PQclear(check(connection, PQexec(connection, "SET client_min_messages = warning")));
        PQsetnonblocking(connection, 1);
    }
}

static void prepare_all(int count) {
    static int prepared;
    connect_all(count);
    for (; prepared < count; prepared++)
        PQclear(check(connections[prepared], PQprepare(
            connections[prepared], "append",
            "INSERT INTO events(stream, version, type, time, actor, payload) VALUES($1, $2, 1, $3, 'bench', $4)",
            4, (Oid[]){23, 23, 1184, 17})));
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)request, (void)answer;
    connect_all(1);
    run("DROP TABLE IF EXISTS events");
    run("CREATE TABLE events(position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream int NOT NULL, "
        "version int NOT NULL, type int NOT NULL, time timestamptz NOT NULL, actor text NOT NULL, "
        "payload bytea NOT NULL, UNIQUE(stream, version))");
    run("ALTER TABLE events ALTER COLUMN payload SET STORAGE PLAIN");
    memset(versions, 0, sizeof versions);
    memset(counters, 0, sizeof counters);
}

static void close_store(void) {
    if (opened) run("DROP TABLE IF EXISTS events");
    if (opened) run("CHECKPOINT");
}

static void settings(struct answer *answer) {
    const char *names[] = {"server_version", "fsync", "synchronous_commit", "wal_sync_method", "full_page_writes",
                           "commit_delay", "shared_buffers", "max_wal_size"};
    answer_extra(answer, ",\"settings\":\"PostgreSQL");
    for (int i = 0; i < 8; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SHOW %s", names[i]);
        PGresult *result = check(connections[0], PQexec(connections[0], sql));
        answer_extra(answer, "%s %s=%s", i ? "," : "", names[i], PQgetvalue(result, 0, 0));
        PQclear(result);
    }
    answer_extra(answer, "\"");
}

static int64_t now_us(void) {
    struct timeval time;
    gettimeofday(&time, NULL);
    return time.tv_sec * 1000000ll + time.tv_usec - EPOCH_US;
}

// ---- closed loops ----

struct lane {
    int stream, is_waiting;
    uint64_t number, start;
};

static void flush(int lane) {
    if (PQflush(connections[lane]) < 0) fail("PostgreSQL: %s", PQerrorMessage(connections[lane]));
}

static void send(struct lane *lane, int number, const struct request *request) {
    uint64_t event = lane->number = request->base + number + counters[number]++ * request->lanes;
    uint8_t payload[PAYLOAD_BYTES];
    lane->stream = data_stream(event, number, request->lanes);
    lane->start = now_ns();
    data_payload(event, payload);
    uint32_t stream = htobe32(lane->stream), version = htobe32(versions[lane->stream] + 1);
    uint64_t time = htobe64(now_us());
    if (!PQsendQueryPrepared(
            connections[number], "append", 4,
            (const char *[]){(char *)&stream, (char *)&version, (char *)&time, (char *)payload},
            (int[]){4, 4, 8, PAYLOAD_BYTES}, (int[]){1, 1, 1, 1}, 0))
        fail("PostgreSQL: %s", PQerrorMessage(connections[number]));
    flush(number);
    lane->is_waiting = 1;
}

// Takes what has arrived; whether the append is acknowledged.
static int receive(int number) {
    PGconn *connection = connections[number];
    if (!PQconsumeInput(connection)) fail("PostgreSQL: %s", PQerrorMessage(connection));
    while (!PQisBusy(connection)) {
        PGresult *result = PQgetResult(connection);
        if (!result) return 1;
        PQclear(check(connection, result));
    }
    return 0;
}

static void append(const struct request *request, struct answer *answer) {
    static struct lane lanes[CONNECTIONS_MAX];
    struct pollfd polls[CONNECTIONS_MAX];
    int count = request->lanes, waiting = count;
    if (request->depth > 1 || count > CONNECTIONS_MAX) fail("PostgreSQL: one event in flight a connection, at most 64");
    prepare_all(count);
    uint64_t begin = now_ns(), end = request->seconds > 0 ? begin + (uint64_t)(request->seconds * 1e9) : UINT64_MAX;
    for (int i = 0; i < count; i++) {
        polls[i] = (struct pollfd){.fd = PQsocket(connections[i]), .events = POLLIN};
        send(&lanes[i], i, request);
    }
    while (waiting) {
        if (poll(polls, count, -1) < 0) fail("poll");
        for (int i = 0; i < count; i++) {
            if (!(polls[i].revents & (POLLIN | POLLERR | POLLHUP)) || !receive(i)) continue;
            uint64_t now = now_ns();
            answer_note(answer, now - lanes[i].start);
            answer->events++;
            versions[lanes[i].stream]++;
            if (now < end && (!request->events || answer->events + waiting <= (uint64_t)request->events)) {
                send(&lanes[i], i, request);
            } else {
                polls[i].fd = -1;
                waiting--;
            }
        }
    }
    answer->seconds = (now_ns() - begin) / 1e9;
}

// ---- COPY ----

static uint8_t *put(uint8_t *room, const void *bytes, uint32_t count) {
    uint32_t length = htobe32(count);
    memcpy(room, &length, 4);
    memcpy(room + 4, bytes, count);
    return room + 4 + count;
}

static void copy(long number, const struct request *request) {
    static uint8_t room[64 + 4 * 4 + PAYLOAD_BYTES];
    PGconn *connection = connections[0];
    PQclear(check(connection, PQexec(
        connection, "COPY events(stream, version, type, time, actor, payload) FROM STDIN (FORMAT binary)")));
    if (PQputCopyData(connection, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19) != 1) fail("COPY");
    uint64_t time = htobe64(now_us());
    uint32_t type = htobe32(1);
    for (long end = number + request->batch; number < end && number < request->events; number++) {
        uint8_t payload[PAYLOAD_BYTES], *place = room;
        int chosen = data_import_stream(number, request->every);
        uint32_t stream = htobe32(chosen), version = htobe32(++versions[chosen]);
        data_payload(number, payload);
        memcpy(place, "\0\6", 2);
        place = put(place + 2, &stream, 4);
        place = put(put(place, &version, 4), &type, 4);
        place = put(put(put(place, &time, 8), "bench", 5), payload, PAYLOAD_BYTES);
        if (PQputCopyData(connection, (char *)room, place - room) != 1) fail("COPY");
    }
    if (PQputCopyData(connection, "\377\377", 2) != 1 || PQputCopyEnd(connection, NULL) != 1) fail("COPY");
    PGresult *result;
    while ((result = PQgetResult(connection))) PQclear(check(connection, result));
}

static void import(const struct request *request, struct answer *answer) {
    PQsetnonblocking(connections[0], 0);
    uint64_t begin = now_ns();
    for (long number = 0; number < request->events; number += request->batch) {
        uint64_t start = now_ns();
        copy(number, request);
        answer_note(answer, now_ns() - start);
    }
    answer->events = request->events;
    answer->seconds = (now_ns() - begin) / 1e9;
}

int main(int argc, char **argv) {
    struct peer postgres_peer = {
        .settings = settings, .open = open_store, .append = append, .import = import, .close = close_store};
    return peer_main(argc, argv, &postgres_peer);
}
