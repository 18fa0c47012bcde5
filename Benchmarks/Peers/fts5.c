// SQLite's full-text search, FTS5: the ten best of an OR query by its own bm25().
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static sqlite3 *db;
static sqlite3_stmt *find;
static char **queries;
static long queries_count;
static const char *folder;

static void check(int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail("fts5: %s", sqlite3_errmsg(db));
}

static FILE *file(const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *found = fopen(path, "r");
    if (!found) fail("fts5: cannot open %s", path);
    return found;
}

// "a" OR "b": every term in quotes, so that none is an operator.
static char *expression(char *line) {
    char *text = malloc(8 * strlen(line) + 16), *end = text;
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
        end += sprintf(end, "%s\"%s\"", end == text ? "" : " OR ", word);
    *end = 0;
    return text;
}

static void load(void) {
    char *line = NULL;
    size_t room = 0;
    sqlite3_stmt *insert;
    check(sqlite3_open(":memory:", &db));
    check(sqlite3_exec(db, "CREATE VIRTUAL TABLE texts USING fts5(words, content='')", NULL, NULL, NULL));
    check(sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
    check(sqlite3_prepare_v2(db, "INSERT INTO texts(rowid, words) VALUES (?, ?)", -1, &insert, NULL));
    FILE *documents = file("documents.terms");
    for (long number = 0; getline(&line, &room, documents) > 0; number++) {
        sqlite3_bind_int64(insert, 1, number + 1);
        sqlite3_bind_text(insert, 2, line, -1, SQLITE_TRANSIENT);
        check(sqlite3_step(insert));
        sqlite3_reset(insert);
    }
    fclose(documents);
    sqlite3_finalize(insert);
    check(sqlite3_exec(db, "COMMIT; INSERT INTO texts(texts) VALUES ('optimize')", NULL, NULL, NULL));
    check(sqlite3_prepare_v2(
        db, "SELECT rowid, rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 10", -1, &find, NULL));
    FILE *asked = file("queries.terms");
    while (getline(&line, &room, asked) > 0) {
        queries = realloc(queries, sizeof *queries * (queries_count + 1));
        queries[queries_count++] = expression(line);
    }
    fclose(asked);
    free(line);
}

static void search(const struct request *request, struct answer *answer) {
    if (!db) load();
    long count = request->count < queries_count ? request->count : queries_count;
    uint64_t begin = now_ns();
    for (long query = 0; query < count; query++) {
        uint64_t start = now_ns();
        int code;
        sqlite3_bind_text(find, 1, queries[query], -1, SQLITE_STATIC);
        while ((code = sqlite3_step(find)) == SQLITE_ROW) {
            sqlite3_column_int64(find, 0);
            sqlite3_column_double(find, 1);
        }
        check(code);
        sqlite3_reset(find);
        answer_note(answer, now_ns() - start);
        answer->events++;
    }
    answer->seconds = (now_ns() - begin) / 1e9;
}

static void settings(struct answer *answer) {
    answer_extra(answer, ",\"settings\":\"SQLite %s, FTS5, contentless, in memory, optimized, ORDER BY rank LIMIT 10\"",
                 sqlite3_libversion());
}

static void close_db(void) {}

int main(int argc, char **argv) {
    struct peer peer = {.settings = settings, .search = search, .close = close_db};
    folder = argc > 1 ? argv[1] : ".";
    return peer_main(argc, argv, &peer);
}
