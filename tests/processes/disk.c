/* A disk that has for certain only what somebody has waited for. Preloaded into a program, it answers fsync and
   fdatasync for what lies under one folder (POWER_FROM): it brings the copies in another one (POWER_TO) up to what is
   there now. A power cut then is: kill everything, put the copies in place.

   After a file was waited for, its bytes and its name are there; after a folder, the names in it, with nothing in the
   files that nobody has waited for. What is written, cut off, renamed or removed otherwise is not: harsher than most
   disks, which keep some of it. sync, syncfs, msync and O_SYNC are not seen: neither database uses them as it is set. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (1 << 15)
#define CHECK(holds) do { if (!(holds)) { perror("disk.c: " #holds); abort(); } } while (0)

static void make_folders(char *path) {
    for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        CHECK(!mkdir(path, 0700) || errno == EEXIST);
    }
}

/* Only what differs is written: of a database's log, which is 16 MB from the start, a few pages. A copy that is cut
   short has some of the new blocks, as a disk would. */
static void keep_bytes(int fd, const char *kept) {
    char now[BLOCK], before[BLOCK];
    int out = open(kept, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    off_t at = 0;
    ssize_t got;
    CHECK(out >= 0);
    /* Through the descriptor that is there: to open and close the file again would drop SQLite's locks on it. */
    for (; (got = pread(fd, now, BLOCK, at)) > 0; at += got)
        if (pread(out, before, got, at) != got || memcmp(now, before, got)) CHECK(pwrite(out, now, got, at) == got);
    CHECK(got == 0 && !ftruncate(out, at));
    close(out);
}

static int is_dots(const char *name) { return !strcmp(name, ".") || !strcmp(name, ".."); }

static void keep_names(const char *path, const char *kept) {
    char name[3 * PATH_MAX];
    struct stat entry;
    struct dirent *one;
    DIR *folder = opendir(path);
    CHECK((!mkdir(kept, 0700) || errno == EEXIST) && folder);
    while ((one = readdir(folder))) {
        snprintf(name, sizeof name, "%s/%s", kept, one->d_name);
        if (is_dots(one->d_name) || fstatat(dirfd(folder), one->d_name, &entry, AT_SYMLINK_NOFOLLOW)) continue;
        if (S_ISDIR(entry.st_mode)) CHECK(!mkdir(name, 0700) || errno == EEXIST);
        if (S_ISREG(entry.st_mode)) close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    }
    closedir(folder);
    CHECK(folder = opendir(kept));
    while ((one = readdir(folder))) {
        snprintf(name, sizeof name, "%s/%s", path, one->d_name);
        if (is_dots(one->d_name) || !lstat(name, &entry)) continue;
        if (unlinkat(dirfd(folder), one->d_name, 0)) unlinkat(dirfd(folder), one->d_name, AT_REMOVEDIR);
    }
    closedir(folder);
}

/* Whether `fd` lies on this disk; what it leads to is on it for certain then. */
static int keep(int fd) {
    const char *from = getenv("POWER_FROM"), *to = getenv("POWER_TO");
    char link[64], path[PATH_MAX], kept[2 * PATH_MAX];
    struct stat now;
    int before = errno;
    if (!from || !to) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t folder = strlen(from);
    if (length < 0 || fstat(fd, &now)) return 0;
    path[length] = 0;
    if (strncmp(path, from, folder) || (path[folder] && path[folder] != '/')) return 0;
    if (!now.st_nlink) return 1; /* removed, and still open */
    snprintf(kept, sizeof kept, "%s%s", to, path + folder);
    /* One after another: else one who began earlier might put an older block over a newer one. */
    int disk = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CHECK(disk >= 0);
    while (flock(disk, LOCK_EX)) CHECK(errno == EINTR);
    make_folders(kept);
    if (S_ISDIR(now.st_mode)) keep_names(path, kept);
    else keep_bytes(fd, kept);
    close(disk);
    errno = before;
    return 1;
}

int fsync(int fd) {
    static int (*real)(int);
    if (keep(fd)) return 0;
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (keep(fd)) return 0;
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}
