// Comes between a process and its files (LD_PRELOAD), and makes the n-th I/O operation of a ledger go wrong.
//
//   SHIM_FOLDER   operations on files in this folder are counted, from 1; those on LMDB's lock file too
//   SHIM_AT       the operation that goes wrong
//   SHIM_FAULT    error   it fails with SHIM_ERRNO and does nothing
//                 short   a write writes half and says so
//                 torn    a write writes half, and the process is killed
//                 before  the process is killed, and nothing is done
//                 after   it is done, and the process is killed
//                 done    it is done, and fails with SHIM_ERRNO
//   SHIM_STICKY   1: every later operation that writes fails too
//   SHIM_LOG      a file that gets a line for each operation: its number, its name, the file
//   SHIM_TRACE    a file that gets each operation with its bytes, and each line the process says (`images.py` reads it)
//   SHIM_LIE      flushes of files whose path contains this say that they were done, and are not
//   SHIM_MDB_FLAGS  flags of LMDB's that are added when it opens a file: for control arms only
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum fault { NONE, ERROR, SHORT, TORN, BEFORE, AFTER, DONE };

static const char *folder, *lie;
static long at, count;
static int number = EIO, sticky, log_fd = -1, trace_fd = -1;
static enum fault fault;
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static int open_log(const char *variable) {
    const char *path = getenv(variable);
    return path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
}

__attribute__((constructor)) static void begin(void) {
    static const char *names[] = {"", "error", "short", "torn", "before", "after", "done"};
    const char *value;
    folder = getenv("SHIM_FOLDER");
    lie = getenv("SHIM_LIE");
    if ((value = getenv("SHIM_AT"))) at = atol(value);
    if ((value = getenv("SHIM_ERRNO"))) number = atoi(value);
    if ((value = getenv("SHIM_STICKY"))) sticky = atoi(value);
    for (int i = 1; (value = getenv("SHIM_FAULT")) && i <= DONE; i++)
        if (!strcmp(value, names[i])) fault = (enum fault)i;
    log_fd = open_log("SHIM_LOG");
    trace_fd = open_log("SHIM_TRACE");
}

static int watched(const char *path) {
    return folder && !strncmp(path, folder, strlen(folder)) && strchr("/", path[strlen(folder)]);
}

// The path of a descriptor, if it is one of the ledger's.
static int find(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = folder ? readlink(link, path, PATH_MAX - 1) : -1;
    if (length < 0) return 0;
    path[length] = 0;
    return watched(path);
}

static void die(void) {
    kill(getpid(), SIGKILL);
    pause();
}

// Says what the operation that begins here has to suffer.
static enum fault enter(const char *name, const char *path) {
    count++;
    if (log_fd >= 0) dprintf(log_fd, "%ld %s %s\n", count, name, path + strlen(folder));
    if (!at || count < at) return NONE;
    if (count > at) return sticky ? ERROR : NONE;
    if (fault == BEFORE) die();
    return fault;
}

// One operation in the trace: kind, whether it was flushed at once, lengths, offset, path, bytes.
static void trace(char kind, int fd, const char *path, uint64_t offset, const struct iovec *bytes, int parts,
                  size_t size) {
    if (trace_fd < 0) return;
    struct { uint8_t kind, flushed; uint16_t path; uint32_t size; uint64_t offset; } head = {
        (uint8_t)kind, fd >= 0 && (fcntl(fd, F_GETFL) & O_DSYNC), (uint16_t)strlen(path), (uint32_t)size, offset};
    syscall(SYS_write, trace_fd, &head, sizeof head);
    syscall(SYS_write, trace_fd, path, strlen(path));
    for (int i = 0; i < parts && size > 0; i++) {
        size_t part = bytes[i].iov_len < size ? bytes[i].iov_len : size;
        syscall(SYS_write, trace_fd, bytes[i].iov_base, part);
        size -= part;
    }
}

static void trace_text(char kind, const char *path, uint64_t offset, const char *text) {
    struct iovec bytes = {(void *)text, strlen(text)};
    trace(kind, -1, path, offset, &bytes, 1, bytes.iov_len);
}

// ---- Writes ----

static ssize_t write_parts(int fd, const struct iovec *bytes, int parts, off_t offset, int moves, size_t size) {
    ssize_t done = 0;
    for (int i = 0; i < parts && (size_t)done < size; i++) {
        size_t part = bytes[i].iov_len < size - done ? bytes[i].iov_len : size - done;
        ssize_t now = moves ? syscall(SYS_write, fd, bytes[i].iov_base, part)
                            : syscall(SYS_pwrite64, fd, bytes[i].iov_base, part, offset + done);
        if (now < 0) return done ? done : now;
        done += now;
        if ((size_t)now < part) break;
    }
    return done;
}

static ssize_t write_all(const char *name, int fd, const struct iovec *bytes, int parts, off_t offset, int moves) {
    char path[PATH_MAX];
    size_t size = 0;
    for (int i = 0; i < parts; i++) size += bytes[i].iov_len;
    int said = fd == STDOUT_FILENO, ours = !said && find(fd, path);
    if (!ours) {
        pthread_mutex_lock(&lock);
        ssize_t done = write_parts(fd, bytes, parts, offset, moves, size);
        if (said && done > 0) trace('A', -1, "", 0, bytes, parts, done);
        pthread_mutex_unlock(&lock);
        return done;
    }
    pthread_mutex_lock(&lock);
    if (moves) offset = lseek(fd, 0, SEEK_CUR);
    enum fault now = enter(name, path);
    ssize_t done = -1;
    if (now == ERROR) {
        errno = number;
    } else {
        done = write_parts(fd, bytes, parts, offset, moves, now == SHORT || now == TORN ? size / 2 : size);
        if (now == AFTER || now == TORN) die();
        if (done > 0) trace('W', fd, path, offset, bytes, parts, done);
        if (now == DONE) errno = number, done = -1;
    }
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    struct iovec part = {(void *)bytes, size};
    return write_all("write", fd, &part, 1, 0, 1);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    struct iovec part = {(void *)bytes, size};
    return write_all("pwrite", fd, &part, 1, offset, 0);
}
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t offset) { return pwrite(fd, bytes, size, offset); }
ssize_t writev(int fd, const struct iovec *bytes, int parts) { return write_all("writev", fd, bytes, parts, 0, 1); }
ssize_t pwritev(int fd, const struct iovec *bytes, int parts, off_t offset) {
    return write_all("pwritev", fd, bytes, parts, offset, 0);
}

// ---- Everything else: `call` is done unless the fault forbids it, and traced if it went well ----

#define OPERATION(name, path, call, traced)                                  \
    ({                                                                       \
        pthread_mutex_lock(&lock);                                           \
        enum fault now = enter(name, path);                                  \
        int result = -1;                                                     \
        if (now == ERROR) {                                                  \
            errno = number;                                                  \
        } else {                                                             \
            result = (call);                                                 \
            if (now == AFTER || now == TORN) die();                          \
            if (result >= 0) traced;                                         \
            if (now == DONE) errno = number, result = -1;                    \
        }                                                                    \
        pthread_mutex_unlock(&lock);                                         \
        result;                                                              \
    })

static int flush(const char *name, int fd, int (*call)(int)) {
    char path[PATH_MAX];
    if (!find(fd, path)) return call(fd);
    if (lie && strstr(path, lie)) return 0;
    return OPERATION(name, path, call(fd), trace_text('S', path, 0, ""));
}
int fsync(int fd) { return flush("fsync", fd, REAL(fsync)); }
int fdatasync(int fd) { return flush("fdatasync", fd, REAL(fdatasync)); }

int ftruncate(int fd, off_t length) {
    char path[PATH_MAX];
    if (!find(fd, path)) return REAL(ftruncate)(fd, length);
    return OPERATION("ftruncate", path, REAL(ftruncate)(fd, length), trace_text('T', path, (uint64_t)length, ""));
}
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

// Only an opening that makes or empties a file writes anything.
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    int makes = watched(path) && flags & O_CREAT && access(path, F_OK) != 0;
    if (!makes && !(watched(path) && flags & O_TRUNC)) return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    return OPERATION("open", path, (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode),
                     trace_text(makes ? 'C' : 'T', path, 0, ""));
}
int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open(path, flags, mode);
}
int rename(const char *from, const char *to) {
    if (!watched(from)) return REAL(rename)(from, to);
    return OPERATION("rename", to, REAL(rename)(from, to), trace_text('R', from, 0, to));
}
int unlink(const char *path) {
    if (!watched(path)) return REAL(unlink)(path);
    return OPERATION("unlink", path, REAL(unlink)(path), trace_text('U', path, 0, ""));
}
int mkdir(const char *path, mode_t mode) {
    if (!watched(path) || !access(path, F_OK)) return REAL(mkdir)(path, mode);
    return OPERATION("mkdir", path, REAL(mkdir)(path, mode), trace_text('D', path, 0, ""));
}

// ---- Control arms ----

int mdb_env_open(void *env, const char *path, unsigned flags, mode_t mode) {
    const char *more = getenv("SHIM_MDB_FLAGS");
    int (*call)(void *, const char *, unsigned, mode_t) =
        (int (*)(void *, const char *, unsigned, mode_t))real("mdb_env_open");
    return call(env, path, flags | (more ? (unsigned)strtoul(more, NULL, 0) : 0), mode);
}
