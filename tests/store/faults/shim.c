/* LD_PRELOAD shim for the fault harness: counts, logs and spoils the file calls of a process below one folder.
 *
 * A process under it is harmless until it calls shim_arm(). From then on every call that changes files below `root`
 * (and flock, close, fsync there) has a number from 1; the call numbered `at` meets `fault`:
 *   kill   SIGKILL in place of the call          torn   half of a write, then SIGKILL (other calls: kill)
 *   short  half of a write, once                 ENOSPC EIO EDQUOT EINTR   the call fails so, once
 *   ENOSPC+ EIO+  every call from there on that could fail so does
 * With a log every call that changes something is written down with its bytes, for the crash-state explorer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char root[PATH_MAX];
static size_t root_length;
static int armed, at, calls, error_number, sticky, log_fd = -1, hit;
static int do_kill, do_torn, do_short;

void shim_arm(const char *folder, int number, const char *fault, const char *log)
{
    static const struct { const char *name; int number; } errors[] = {
        {"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}};
    root_length = (size_t)snprintf(root, sizeof root, "%s", folder);
    do_kill = !strcmp(fault, "kill");
    do_torn = !strcmp(fault, "torn");
    do_short = !strcmp(fault, "short");
    sticky = strlen(fault) && fault[strlen(fault) - 1] == '+';
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!strncmp(fault, errors[i].name, strlen(errors[i].name)) && strlen(fault) <= strlen(errors[i].name) + 1)
            error_number = errors[i].number;
    if (log && *log)
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    at = number;
    calls = hit = 0;
    armed = 1;
}

int shim_calls(void) { return calls; }
int shim_hit(void) { return hit; }
void shim_rest(void) { armed = 0; }

static int below(const char *path)
{
    return armed && path && !strncmp(path, root, root_length) && (!path[root_length] || path[root_length] == '/');
}

static const char *name_of(int fd, char *buffer)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
    buffer[length > 0 ? length : 0] = 0;
    return buffer;
}

static unsigned long inode(int fd)
{
    struct stat s;
    return fstat(fd, &s) ? 0 : (unsigned long)s.st_ino;
}

/* One line of header, then the bytes: op, inode, offset, length, first path, second path. */
static void note(const char *op, unsigned long ino, long offset, const void *data, size_t length, const char *a, const char *b)
{
    if (log_fd < 0)
        return;
    char head[2 * PATH_MAX + 128];
    int size = snprintf(head, sizeof head, "%s\t%lu\t%ld\t%zu\t%s\t%s\n", op, ino, offset, length, a, b);
    if (syscall(SYS_write, log_fd, head, (size_t)size) != size)
        abort();
    if (length && data && syscall(SYS_write, log_fd, data, length) != (long)length)
        abort();
}

enum kind { OTHER, WRITE, FREE };

/* Counts a call and meets its fault. 0: go on; -1: fail with errno; 1: write only half. FREE calls need no space. */
static int met(enum kind kind)
{
    calls++;
    if (calls != at && !(sticky && at && calls > at))
        return 0;
    hit = 1;
    if (do_torn && kind == WRITE)
        return 2;
    if (do_kill || do_torn)
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    if (do_short)
        return kind == WRITE;
    if (error_number && !(sticky && kind == FREE)) {
        errno = error_number;
        return -1;
    }
    return 0;
}

static int opened(int dir, const char *path, int flags, mode_t mode)
{
    char full[PATH_MAX];
    snprintf(full, sizeof full, "%s", path);
    if (!below(full) || !(flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_DIRECTORY)))
        return (int)syscall(SYS_openat, dir, path, flags, mode);
    if (met((flags & O_CREAT) ? OTHER : FREE) < 0)
        return -1;
    struct stat s;
    int fresh = (flags & O_CREAT) && stat(path, &s) != 0;
    int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    if (fd >= 0 && fresh)
        note("create", inode(fd), 0, 0, 0, path, "");
    if (fd >= 0 && (flags & O_TRUNC) && !fresh)
        note("size", inode(fd), 0, 0, 0, path, "");
    return fd;
}

#define OPEN(name)                                        \
    int name(const char *path, int flags, ...)            \
    {                                                     \
        mode_t mode = 0;                                  \
        if (flags & (O_CREAT | __O_TMPFILE)) {            \
            va_list rest;                                 \
            va_start(rest, flags);                        \
            mode = va_arg(rest, mode_t);                  \
            va_end(rest);                                 \
        }                                                 \
        return opened(AT_FDCWD, path, flags, mode);       \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                      \
    int name(int dir, const char *path, int flags, ...)   \
    {                                                     \
        mode_t mode = 0;                                  \
        if (flags & (O_CREAT | __O_TMPFILE)) {            \
            va_list rest;                                 \
            va_start(rest, flags);                        \
            mode = va_arg(rest, mode_t);                  \
            va_end(rest);                                 \
        }                                                 \
        return opened(dir, path, flags, mode);            \
    }
OPENAT(openat)
OPENAT(openat64)

static ssize_t written(int fd, const void *data, size_t length, off_t offset, int positioned)
{
    char name[PATH_MAX];
    if (!armed || !below(name_of(fd, name))) {
        ssize_t done = positioned ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
        if (armed && fd == 1 && done > 0)
            note("said", 0, 0, data, (size_t)done, "", "");
        return done;
    }
    int how = met(WRITE);
    if (how < 0)
        return -1;
    if (how > 0)
        length = length > 1 ? length / 2 : length;
    if (!positioned)
        offset = lseek(fd, 0, SEEK_CUR);
    ssize_t done = syscall(SYS_pwrite64, fd, data, length, offset);
    if (!positioned && done > 0)
        lseek(fd, offset + done, SEEK_SET);
    if (done > 0)
        note("write", inode(fd), offset, data, (size_t)done, name, "");
    if (how == 2)
        syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset, 1); }

static int synced(int fd, long call, const char *op)
{
    char name[PATH_MAX];
    if (!armed || !below(name_of(fd, name)))
        return (int)syscall(call, fd);
    if (met(OTHER) < 0)
        return -1;
    struct stat s;
    int folder = !fstat(fd, &s) && S_ISDIR(s.st_mode);
    int done = (int)syscall(call, fd);
    if (!done)
        note(folder ? "syncdir" : op, inode(fd), 0, 0, 0, name, "");
    return done;
}

int fsync(int fd) { return synced(fd, SYS_fsync, "sync"); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync, "sync"); }

static int moved(int from_dir, const char *from, int to_dir, const char *to, long call, const char *op)
{
    if (!below(to))
        return (int)syscall(call, from_dir, from, to_dir, to, 0);
    if (met(OTHER) < 0)
        return -1;
    int done = (int)syscall(call, from_dir, from, to_dir, to, 0);
    if (!done)
        note(op, 0, 0, 0, 0, from, to);
    return done;
}

int rename(const char *a, const char *b) { return moved(AT_FDCWD, a, AT_FDCWD, b, SYS_renameat2, "rename"); }
int renameat(int d, const char *a, int e, const char *b) { return moved(d, a, e, b, SYS_renameat2, "rename"); }
int link(const char *a, const char *b) { return moved(AT_FDCWD, a, AT_FDCWD, b, SYS_linkat, "link"); }
int linkat(int d, const char *a, int e, const char *b, int f)
{
    return f ? (int)syscall(SYS_linkat, d, a, e, b, f) : moved(d, a, e, b, SYS_linkat, "link");
}

static int removed(int dir, const char *path, int flags)
{
    if (!below(path))
        return (int)syscall(SYS_unlinkat, dir, path, flags);
    if (met(FREE) < 0)
        return -1;
    int done = (int)syscall(SYS_unlinkat, dir, path, flags);
    if (!done)
        note("unlink", 0, 0, 0, 0, path, "");
    return done;
}

int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int dir, const char *path, int flags) { return removed(dir, path, flags); }

int mkdir(const char *path, mode_t mode)
{
    if (!below(path))
        return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (met(OTHER) < 0)
        return -1;
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!done)
        note("mkdir", 0, 0, 0, 0, path, "");
    return done;
}

static int resized(int fd, off_t length)
{
    char name[PATH_MAX];
    if (!armed || !below(name_of(fd, name)))
        return (int)syscall(SYS_ftruncate, fd, length);
    if (met(FREE) < 0)
        return -1;
    int done = (int)syscall(SYS_ftruncate, fd, length);
    if (!done)
        note("size", inode(fd), (long)length, 0, 0, name, "");
    return done;
}

int ftruncate(int fd, off_t length) { return resized(fd, length); }
int ftruncate64(int fd, off_t length) { return resized(fd, length); }

int close(int fd)
{
    char name[PATH_MAX];
    if (!armed || !below(name_of(fd, name)))
        return (int)syscall(SYS_close, fd);
    int how = met(FREE);
    int number = errno, done = (int)syscall(SYS_close, fd); /* Linux lets go of the file even when close reports a fault */
    if (how < 0) {
        errno = number;
        return -1;
    }
    return done;
}

int flock(int fd, int operation)
{
    char name[PATH_MAX];
    if (!armed || !below(name_of(fd, name)))
        return (int)syscall(SYS_flock, fd, operation);
    if (met(FREE) < 0)
        return -1;
    return (int)syscall(SYS_flock, fd, operation);
}
