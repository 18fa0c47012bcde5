// NATS JetStream, spoken to directly: one connection and one thread for all appenders, which costs the server's two
// processors less than a client library with a thread for each would. Each event goes to the subject of its stream with
// the expected last sequence of that subject, and counts when the server has acknowledged it. The harness starts the
// server with `sync_interval: always` and gives its port in NATS_PORT, and that of its monitor in NATS_MONITOR.
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 1 << 20 };
static int connection = -1;
static char incoming[ROOM], outgoing[ROOM];
static size_t received, consumed, queued;
static uint64_t sequences[LANES_MAX + STREAMS + 1], counters[LANES_MAX];

static int connected(const char *variable) {
    const char *port = getenv(variable);
    if (!port) fail("%s is not set", variable);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1, opened = socket(AF_INET, SOCK_STREAM, 0);
    if (opened < 0 || connect(opened, (struct sockaddr *)&address, sizeof address)) fail("NATS: %s", strerror(errno));
    setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return opened;
}

static void queue(const void *bytes, size_t count) {
    if (queued + count > ROOM) fail("NATS: too much in flight");
    memcpy(outgoing + queued, bytes, count);
    queued += count;
}

static void flush(void) {
    for (size_t sent = 0; sent < queued;) {
        ssize_t count = write(connection, outgoing + sent, queued - sent);
        if (count <= 0) fail("NATS: %s", strerror(errno));
        sent += count;
    }
    queued = 0;
}

static void fill(void) {
    if (consumed) memmove(incoming, incoming + consumed, received -= consumed);
    consumed = 0;
    ssize_t count = read(connection, incoming + received, ROOM - 1 - received);
    if (count <= 0) fail("NATS: the server closed the connection");
    received += count;
    incoming[received] = 0;
}

// The next message, if it has arrived whole: the number at the end of its subject, and its body.
static int next_message(int *number, char **body, size_t *count) {
    for (;;) {
        char *line = incoming + consumed, *end = strstr(line, "\r\n");
        if (!end) return 0;
        if (!strncmp(line, "PING", 4)) queue("PONG\r\n", 6);
        if (!strncmp(line, "-ERR", 4)) fail("NATS: %.*s", (int)(end - line), line);
        if (strncmp(line, "MSG ", 4)) {
            consumed = end + 2 - incoming;
            continue;
        }
        char subject[64];
        unsigned long length;
        if (sscanf(line, "MSG %63s %*s %lu", subject, &length) != 2) fail("NATS: what is %.40s", line);
        if (end + 2 + length + 2 > incoming + received) return 0;
        *number = atoi(strrchr(subject, '.') + 1);
        *body = end + 2;
        *count = length;
        consumed = end + 2 + length + 2 - incoming;
        return 1;
    }
}

// Asks the server's JetStream API, and returns its answer.
static char *ask(const char *subject, const char *body) {
    char line[256], *answer;
    int number;
    size_t count;
    queue(line, snprintf(line, sizeof line, "PUB %s _INBOX.bench.0 %zu\r\n", subject, strlen(body)));
    queue(body, strlen(body));
    queue("\r\n", 2);
    flush();
    while (!next_message(&number, &answer, &count)) fill();
    answer[count] = 0;
    return answer;
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)request, (void)answer;
    if (connection < 0) {
        connection = connected("NATS_PORT");
        const char hello[] =
            "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\nSUB _INBOX.bench.* 1\r\n";
        queue(hello, sizeof hello - 1);
    }
    ask("$JS.API.STREAM.DELETE.bench", "");
    char *created = ask(
        "$JS.API.STREAM.CREATE.bench",
        "{\"name\":\"bench\",\"subjects\":[\"bench.*\"],\"storage\":\"file\",\"retention\":\"limits\","
        "\"num_replicas\":1}");
    if (strstr(created, "\"error\"")) fail("NATS: %s", created);
    memset(sequences, 0, sizeof sequences);
    memset(counters, 0, sizeof counters);
}

static void close_store(void) {
    if (connection >= 0) close(connection);
    connection = -1;
}

static void settings(struct answer *answer) {
    char page[ROOM], *found;
    size_t count = 0;
    ssize_t more;
    int monitor = connected("NATS_MONITOR");
    if (write(monitor, "GET /varz HTTP/1.0\r\n\r\n", 22) != 22) fail("NATS: no monitor");
    while (count < sizeof page - 1 && (more = read(monitor, page + count, sizeof page - 1 - count)) > 0) count += more;
    page[count] = 0;
    close(monitor);
    answer_extra(answer, ",\"settings\":\"NATS, from /varz:");
    const char *names[] = {"version", "sync_always", "sync_interval"};
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "\"%s\":", names[i]);
        if (!(found = strstr(page, name))) continue;
        found += strlen(name) + strspn(found + strlen(name), " \"");
        answer_extra(answer, " %s=%.*s", names[i], (int)strcspn(found, ",\"\n}"), found);
    }
    answer_extra(answer, "; one stream on file, expected last sequence of the subject checked\"");
}

struct lane {
    int stream;
    uint64_t start;
};

static void publish(struct lane *lane, int number, int lanes, uint64_t base) {
    uint64_t event = base + number + counters[number]++ * lanes;
    uint8_t payload[PAYLOAD_BYTES];
    char header[128], line[256];
    lane->stream = data_stream(event, number, lanes);
    lane->start = now_ns();
    data_payload(event, payload);
    int length = snprintf(header, sizeof header, "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: %lu\r\n\r\n",
                          (unsigned long)sequences[lane->stream]);
    queue(line, snprintf(line, sizeof line, "HPUB bench.%d _INBOX.bench.%d %d %d\r\n", lane->stream, number, length,
                         length + PAYLOAD_BYTES));
    queue(header, length);
    queue(payload, PAYLOAD_BYTES);
    queue("\r\n", 2);
}

static void append(const struct request *request, struct answer *answer) {
    static struct lane lanes[LANES_MAX];
    int count = request->lanes * request->depth, waiting = count, number;
    uint64_t begin = now_ns(), end = request->seconds > 0 ? begin + (uint64_t)(request->seconds * 1e9) : UINT64_MAX;
    for (int i = 0; i < count; i++) publish(&lanes[i], i, count, request->base);
    flush();
    while (waiting) {
        char *body, *sequence;
        size_t length;
        fill();
        while (next_message(&number, &body, &length)) {
            body[length] = 0;
            if (strstr(body, "\"error\"") || !(sequence = strstr(body, "\"seq\":"))) fail("NATS: %s", body);
            uint64_t now = now_ns();
            answer_note(answer, now - lanes[number].start);
            answer->events++;
            sequences[lanes[number].stream] = strtoull(sequence + 6, NULL, 10);
            if (now < end && (!request->events || answer->events + waiting <= (uint64_t)request->events))
                publish(&lanes[number], number, count, request->base);
            else
                waiting--;
        }
        flush();
    }
    answer->seconds = (now_ns() - begin) / 1e9;
}

int main(int argc, char **argv) {
    struct peer nats_peer = {.settings = settings, .open = open_store, .append = append, .close = close_store};
    return peer_main(argc, argv, &nats_peer);
}
