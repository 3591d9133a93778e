/* A disk that fails: what SLIPWAY_FAIL names (read, write, flush, rename) gives EIO for files whose path has SLIPWAY_FAIL_PATH in it.
   Loaded before libc (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int fails_at(const char *path, const char *what) {
    const char *failing = getenv("SLIPWAY_FAIL"), *part = getenv("SLIPWAY_FAIL_PATH");
    if (!failing || !part || strcmp(failing, what) != 0 || !strstr(path, part))
        return 0;
    errno = EIO;
    return 1;
}

static int fails(int file, const char *what) {
    char link[64], path[4096];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    return length > 0 && (path[length] = 0, fails_at(path, what));
}

#define REAL(type, name, ...) ((type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

ssize_t read(int file, void *to, size_t count) { return fails(file, "read") ? -1 : REAL(ssize_t, "read", int, void *, size_t)(file, to, count); }
ssize_t pread(int file, void *to, size_t count, off_t at) { return fails(file, "read") ? -1 : REAL(ssize_t, "pread", int, void *, size_t, off_t)(file, to, count, at); }
ssize_t pread64(int file, void *to, size_t count, off64_t at) { return fails(file, "read") ? -1 : REAL(ssize_t, "pread64", int, void *, size_t, off64_t)(file, to, count, at); }
ssize_t write(int file, const void *from, size_t count) { return fails(file, "write") ? -1 : REAL(ssize_t, "write", int, const void *, size_t)(file, from, count); }
ssize_t pwrite(int file, const void *from, size_t count, off_t at) { return fails(file, "write") ? -1 : REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)(file, from, count, at); }
ssize_t pwrite64(int file, const void *from, size_t count, off64_t at) { return fails(file, "write") ? -1 : REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t)(file, from, count, at); }

/* .NET asks the kernel for copy_file_range by its number. */
long syscall(long number, ...) {
    long given[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++)
        given[i] = va_arg(list, long);
    va_end(list);
    if (number == SYS_copy_file_range && (fails(given[0], "read") || fails(given[2], "write")))
        return -1;
    return REAL(long, "syscall", long, long, long, long, long, long, long)(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

ssize_t sendfile(int to, int from, off_t *at, size_t count) { return fails(from, "read") || fails(to, "write") ? -1 : REAL(ssize_t, "sendfile", int, int, off_t *, size_t)(to, from, at, count); }
ssize_t sendfile64(int to, int from, off64_t *at, size_t count) { return fails(from, "read") || fails(to, "write") ? -1 : REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t)(to, from, at, count); }
int fsync(int file) { return fails(file, "flush") ? -1 : REAL(int, "fsync", int)(file); }
int fdatasync(int file) { return fails(file, "flush") ? -1 : REAL(int, "fdatasync", int)(file); }
int rename(const char *from, const char *to) { return fails_at(to, "rename") ? -1 : REAL(int, "rename", const char *, const char *)(from, to); }
