/* Power loss for one process: what was not fsynced is lost when the process ends by SIGUSR1, or at random in part.
 *
 * Preloaded (LD_PRELOAD). For each file under POWER_FOLDER it remembers, in memory, what every written range held before,
 * since the last fsync or fdatasync of that file. A few writes after SIGUSR1 everything stands still, the remembered
 * ranges are put back, newest first, and the process ends as if its plug had been pulled. With POWER_KEEP between 0 and
 * 100, so many of a hundred unsynced writes survive, whole or torn at a 512-byte sector: a disk promises no order.
 *
 * Not seen: writes through a mapping (SQLite maps only its -shm file, which is rebuilt), and names: creating and
 * deleting files is taken to be durable at once.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct undo {
    struct undo *older;
    dev_t dev;
    ino_t ino;
    int fd; /* of our own: it stays good when the program closes its own */
    off_t at;
    off_t length_before; /* of the whole file */
    size_t size;         /* of what was written; 0 = only the length changed */
    size_t held;         /* bytes of it that existed before */
    char *before;
};

static struct undo *newest;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static int keep;
static uint64_t dice;

static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_ftruncate)(int, off_t);

static unsigned roll(unsigned sides) {
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)(dice % sides);
}

static int watched(int fd, struct stat *st) {
    char link[64], path[4096];
    if (!folder || fstat(fd, st) || !S_ISREG(st->st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n <= 0) return 0;
    path[n] = 0;
    size_t prefix = strlen(folder);
    if (strncmp(path, folder, prefix) || path[prefix] != '/') return 0;
    return !(n > 4 && !strcmp(path + n - 4, "-shm"));
}

/* One description of the file for all its undos: closing it never drops the program's POSIX locks, because it stays. */
static int own_descriptor(int fd, const struct stat *st) {
    static struct { dev_t dev; ino_t ino; int fd; } known[1024];
    static int count;
    for (int i = 0; i < count; i++)
        if (known[i].dev == st->st_dev && known[i].ino == st->st_ino) return known[i].fd;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int mine = open(link, O_RDWR | O_CLOEXEC);
    if (mine >= 0 && count < 1024) {
        known[count].dev = st->st_dev;
        known[count].ino = st->st_ino;
        known[count++].fd = mine;
    }
    return mine;
}

static void remember(int fd, const struct stat *st, off_t at, size_t size) {
    struct undo *u = calloc(1, sizeof *u);
    if (!u) abort();
    u->dev = st->st_dev;
    u->ino = st->st_ino;
    u->fd = own_descriptor(fd, st);
    u->at = at;
    u->length_before = st->st_size;
    u->size = size;
    if (size && at < st->st_size) {
        u->held = at + (off_t)size > st->st_size ? (size_t)(st->st_size - at) : size;
        u->before = malloc(u->held);
        if (!u->before || pread(u->fd, u->before, u->held, at) != (ssize_t)u->held) abort();
    }
    u->older = newest;
    newest = u;
}

static void forget(const struct stat *st) {
    for (struct undo **p = &newest; *p;) {
        struct undo *u = *p;
        if (u->dev == st->st_dev && u->ino == st->st_ino) {
            *p = u->older;
            free(u->before);
            free(u);
        } else {
            p = &u->older;
        }
    }
}

/* Undo newest first; what survives is written again afterwards, oldest first. */
static void lose(void) {
    unsigned lost = 0, kept = 0;
    size_t count = 0;
    for (struct undo *u = newest; u; u = u->older) count++;
    struct undo **survivors = calloc(count + 1, sizeof *survivors);
    char **after = calloc(count + 1, sizeof *after);
    size_t *lengths = calloc(count + 1, sizeof *lengths);
    size_t n = 0;
    for (struct undo *u = newest; u; u = u->older) {
        if (u->size && (int)roll(100) < keep) {
            size_t size = u->size;
            if (size > 512 && roll(2)) size = (1 + roll((unsigned)(size / 512))) * 512;
            char *now = malloc(size);
            ssize_t got = now ? pread(u->fd, now, size, u->at) : -1;
            if (got > 0) {
                survivors[n] = u;
                after[n] = now;
                lengths[n++] = (size_t)got;
                kept++;
            }
        } else {
            lost++;
        }
        if (u->held && real_pwrite(u->fd, u->before, u->held, u->at) < 0) abort();
        if (real_ftruncate(u->fd, u->length_before)) abort();
    }
    while (n--)
        if (real_pwrite(survivors[n]->fd, after[n], lengths[n], survivors[n]->at) < 0) abort();
    char text[80];
    int size = snprintf(text, sizeof text, "POWER lost %u kept %u\n", lost, kept);
    if (real_write(2, text, (size_t)size) < 0) abort();
}

static int countdown; /* watched writes until the power goes; 0 = it stays */

static void cut(void) {
    lose();
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Under the lock, after a write: the power goes in the middle of a transaction, not between two. */
static void written(void) {
    if (countdown && !--countdown) cut();
}

/* A thread waits for the signal, so that nothing here runs inside a handler. Who writes nothing is cut off all the same. */
static void *plug(void *unused) {
    (void)unused;
    sigset_t set;
    int got;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    while (sigwait(&set, &got)) {}
    pthread_mutex_lock(&lock);
    countdown = 1 + (int)roll(12);
    pthread_mutex_unlock(&lock);
    sleep(2);
    pthread_mutex_lock(&lock);
    cut();
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_write = dlsym(RTLD_NEXT, "write");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    folder = getenv("POWER_FOLDER");
    const char *text = getenv("POWER_KEEP");
    keep = text ? atoi(text) : 0;
    text = getenv("POWER_SEED");
    dice = 0x9E3779B97F4A7C15ull ^ (text ? strtoull(text, 0, 10) * 2654435761u : 1);
    if (!folder) return;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &set, 0); /* and so in every thread that the program starts */
    pthread_t thread;
    if (pthread_create(&thread, 0, plug, 0)) abort();
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at) {
    struct stat st;
    if (!watched(fd, &st)) return real_pwrite(fd, data, size, at);
    pthread_mutex_lock(&lock);
    fstat(fd, &st);
    remember(fd, &st, at, size);
    ssize_t done = real_pwrite(fd, data, size, at);
    written();
    pthread_mutex_unlock(&lock);
    return done;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t write(int fd, const void *data, size_t size) {
    struct stat st;
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    if (!watched(fd, &st)) return real_write(fd, data, size);
    written();
    pthread_mutex_lock(&lock);
    fstat(fd, &st);
    off_t at = fcntl(fd, F_GETFL) & O_APPEND ? st.st_size : lseek(fd, 0, SEEK_CUR);
    remember(fd, &st, at, size);
    ssize_t done = real_write(fd, data, size);
    written();
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate64(int fd, off_t length) {
    struct stat st;
    if (!watched(fd, &st)) return real_ftruncate(fd, length);
    written();
    pthread_mutex_lock(&lock);
    fstat(fd, &st);
    /* What is cut off counts as written over. */
    remember(fd, &st, length, length < st.st_size ? (size_t)(st.st_size - length) : 0);
    int done = real_ftruncate(fd, length);
    written();
    pthread_mutex_unlock(&lock);
    return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, long call) {
    struct stat st;
    if (!watched(fd, &st)) return (int)syscall(call, fd);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(call, fd);
    if (!done) forget(&st);
    pthread_mutex_unlock(&lock);
    return done;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
