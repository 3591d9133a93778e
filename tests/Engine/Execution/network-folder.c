/* What network file systems give, for files below a folder called "network": no locks (ENOLCK), handles that have gone stale
   (ESTALE), a rename during which the name is missing, and a listing that is late. Loaded before libc (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned opened, listed;

static int is_shared(const char *path) { return strstr(path, "/network/") != NULL; }

int flock(int file, int how) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length > 0 && (path[length] = 0, is_shared(path))) {
        errno = ENOLCK;
        return -1;
    }
    int (*real)(int, int) = dlsym(RTLD_NEXT, "flock");
    return real(file, how);
}

static int open_with(const char *name, const char *path, int flags, mode_t mode) {
    if ((flags & O_ACCMODE) == O_RDONLY && is_shared(path) && __atomic_add_fetch(&opened, 1, __ATOMIC_RELAXED) % 5 == 0) {
        errno = ESTALE;
        return -1;
    }
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    return real(path, flags, mode);
}

#define MODE(flags, mode) mode_t mode = 0; if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *path, int flags, ...) { MODE(flags, mode) return open_with("open", path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return open_with("open64", path, flags, mode); }

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *) = dlsym(RTLD_NEXT, "rename");
    if (is_shared(to)) {
        unlink(to);
        usleep(1000);
    }
    return real(from, to);
}

/* Every third of what is named by a hash is not seen yet. */
static int is_late(const char *name) { return strlen(name) == 64 && __atomic_add_fetch(&listed, 1, __ATOMIC_RELAXED) % 3 == 0; }

struct dirent *readdir(DIR *folder) {
    struct dirent *(*real)(DIR *) = dlsym(RTLD_NEXT, "readdir"), *entry;
    while ((entry = real(folder)) != NULL && is_late(entry->d_name)) {}
    return entry;
}

struct dirent64 *readdir64(DIR *folder) {
    struct dirent64 *(*real)(DIR *) = dlsym(RTLD_NEXT, "readdir64"), *entry;
    while ((entry = real(folder)) != NULL && is_late(entry->d_name)) {}
    return entry;
}
