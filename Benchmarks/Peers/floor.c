// The floor: a plain file that is already there in full, one pwrite and one fdatasync for each batch. No index, no
// check, no hash; no store that flushes before it acknowledges can be faster on this disk.
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EVENT_BYTES = 64 + 5 + PAYLOAD_BYTES, FILE_BYTES = 64 << 20 };
static struct peer floor_peer;
static int file = -1;
static off_t place;
static uint8_t *room;

static void settings(struct answer *answer) {
    answer_extra(
        answer, ",\"settings\":\"%d MiB written in advance, pwrite and fdatasync for each batch of %d-byte events\"",
        FILE_BYTES >> 20, EVENT_BYTES);
}

static void open_store(const struct request *request, struct answer *answer) {
    (void)answer;
    char path[4096];
    store_path(&floor_peer, request, ".raw", path);
    file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0) fail("%s: %s", path, strerror(errno));
    if (!room && !(room = calloc(1, FILE_BYTES))) fail("no memory");
    if (pwrite(file, room, FILE_BYTES, 0) != FILE_BYTES || fsync(file)) fail("%s: %s", path, strerror(errno));
    place = 0;
}

static void close_store(void) {
    if (file >= 0) close(file);
    file = -1;
}

// Writes batches of `count` events until there were enough of them, or the time is up.
static void write_batches(long count, const struct request *request, struct answer *answer) {
    size_t bytes = (size_t)count * EVENT_BYTES;
    if (bytes > FILE_BYTES) fail("too large a batch");
    uint64_t begin = now_ns(), end = request->seconds > 0 ? begin + (uint64_t)(request->seconds * 1e9) : UINT64_MAX;
    uint64_t now = begin, number = 0;
    while (now < end && (!request->events || answer->events < (uint64_t)request->events)) {
        uint64_t start = now;
        for (long i = 0; i < count; i++) data_payload(number++, room + i * EVENT_BYTES + EVENT_BYTES - PAYLOAD_BYTES);
        if (place + (off_t)bytes > FILE_BYTES) place = 0;
        if (pwrite(file, room, bytes, place) != (ssize_t)bytes || fdatasync(file)) fail("write: %s", strerror(errno));
        place += bytes;
        now = now_ns();
        answer_note(answer, now - start);
        answer->events += count;
    }
    answer->seconds = (now - begin) / 1e9;
}

static void append(const struct request *request, struct answer *answer) {
    write_batches((long)request->lanes * request->depth, request, answer);
}

static void import(const struct request *request, struct answer *answer) {
    write_batches(request->batch, request, answer);
}

int main(int argc, char **argv) {
    floor_peer = (struct peer){
        .settings = settings, .open = open_store, .append = append, .import = import, .close = close_store};
    return peer_main(argc, argv, &floor_peer);
}
