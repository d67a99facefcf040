/* A disk that fails when a test says so, for a process that loads this library first (LD_PRELOAD).
 *
 * $DISK_FAULTS names the control file, which a test changes while the process runs: four native integers.
 * $DISK_FAULTS_AT is the folder that the disk is; files elsewhere are never touched. Only what changes files fails:
 * reading goes on, as it does on a full or read-only disk.
 *
 * $DISK_JOURNAL names a file that is told of every change and every sync that succeeded, so that a test can make what a
 * loss of power would have left.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    volatile int write_error; /* errno of what writes, makes or lengthens a file; 0: it works */
    volatile int sync_error;  /* errno of fsync and fdatasync */
    volatile int writes_left; /* the process is killed in place of the last of so many changes; 0: never */
    volatile int refused;     /* how many calls failed by this; the library counts */
};

enum kind { change, sync_of_all, new_length, removal };

/* What stands in the journal before the path of a file and, for a change, its bytes. */
struct record {
    int kind;
    int path_length;
    long long offset; /* or the length */
    long long size;
};

static struct control idle;
static struct control* control = &idle;
static char folder[PATH_MAX];
static size_t folder_length;
static int journal = -1;
static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
    const char* told = getenv("DISK_JOURNAL");
    if (told != NULL) journal = open(told, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    const char* file = getenv("DISK_FAULTS");
    const char* at = getenv("DISK_FAULTS_AT");
    if (file == NULL || at == NULL || strlen(at) >= sizeof folder) return;
    const int descriptor = open(file, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    void* page = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (page == MAP_FAILED) return;
    strcpy(folder, at);
    folder_length = strlen(folder);
    control = page;
}

static int is_idle(void) {
    return control->write_error == 0 && control->sync_error == 0 && control->writes_left == 0;
}

static int is_on_the_disk(const char* path) {
    return folder_length > 0 && strncmp(path, folder, folder_length) == 0;
}

/* The path of an open file, and whether it is on the disk. */
static int find_on_the_disk(int descriptor, char path[PATH_MAX]) {
    const int before = errno;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = '\0';
    return is_on_the_disk(path);
}

static int is_file_on_the_disk(int descriptor) {
    char path[PATH_MAX];
    return find_on_the_disk(descriptor, path);
}

/* One record, in one piece: several threads write. */
static void note_path(enum kind kind, char* path, long long offset, const void* data, long long size) {
    struct record record = {kind, (int)strlen(path), offset, size};
    const struct iovec pieces[] = {{&record, sizeof record}, {path, strlen(path)}, {(void*)data, (size_t)size}};
    pthread_mutex_lock(&journal_lock);
    if (writev(journal, pieces, kind == change ? 3 : 2) < 0) abort();
    pthread_mutex_unlock(&journal_lock);
}

static void note(enum kind kind, int descriptor, long long offset, const void* data, long long size) {
    char path[PATH_MAX];
    if (journal >= 0 && find_on_the_disk(descriptor, path)) note_path(kind, path, offset, data, size);
}

/* True, with errno set: this change of a file on the disk fails. */
static int fails(int error) {
    if (control->writes_left > 0 && __sync_sub_and_fetch(&control->writes_left, 1) == 0) kill(getpid(), SIGKILL);
    if (error == 0) return 0;
    __sync_add_and_fetch(&control->refused, 1);
    errno = error;
    return 1;
}

static int write_fails(int descriptor) {
    return !is_idle() && is_file_on_the_disk(descriptor) && fails(control->write_error);
}

static int sync_fails(int descriptor) {
    return !is_idle() && is_file_on_the_disk(descriptor) && fails(control->sync_error);
}

/* A full disk still opens what is there; one that is read-only opens nothing to be written to. */
static int open_fails(const char* path, int flags) {
    if (is_idle() || !is_on_the_disk(path)) return 0;
    const int writes = (flags & O_ACCMODE) != O_RDONLY;
    const int makes = (flags & O_CREAT) != 0 && access(path, F_OK) != 0;
    return (makes || (writes && control->write_error == EROFS)) && fails(control->write_error);
}

/* A path below an open folder is on the disk when the folder is. */
static int open_at_fails(int descriptor, const char* path, int flags) {
    if (descriptor == AT_FDCWD || path[0] == '/') return open_fails(path, flags);
    const int changes = (flags & O_CREAT) != 0 || ((flags & O_ACCMODE) != O_RDONLY && control->write_error == EROFS);
    return !is_idle() && changes && is_file_on_the_disk(descriptor) && fails(control->write_error);
}

#define USUAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define CHANGING(type, name, parameters, arguments, kind, at, data, size)                      \
    type name parameters {                                                                     \
        static __typeof__(&name) usual;                                                        \
        if (usual == NULL) usual = USUAL(name);                                                \
        if (kind == sync_of_all ? sync_fails(descriptor) : write_fails(descriptor)) return -1; \
        const type result = usual arguments;                                                   \
        if (result >= 0) note(kind, descriptor, at, data, size);                               \
        return result;                                                                         \
    }

#define OPENING(name)                                                                        \
    int name(const char* path, int flags, ...) {                                             \
        static __typeof__(&name) usual;                                                      \
        if (usual == NULL) usual = USUAL(name);                                              \
        va_list rest;                                                                        \
        va_start(rest, flags);                                                               \
        const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                                        \
        return open_fails(path, flags) ? -1 : usual(path, flags, mode);                      \
    }

CHANGING(ssize_t, write, (int descriptor, const void* data, size_t size), (descriptor, data, size), change,
         lseek(descriptor, 0, SEEK_CUR) - result, data, result)
CHANGING(ssize_t, pwrite, (int descriptor, const void* data, size_t size, off_t at), (descriptor, data, size, at),
         change, at, data, result)
CHANGING(ssize_t, pwrite64, (int descriptor, const void* data, size_t size, off64_t at), (descriptor, data, size, at),
         change, at, data, result)
CHANGING(int, ftruncate, (int descriptor, off_t size), (descriptor, size), new_length, size, NULL, 0)
CHANGING(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size), new_length, size, NULL, 0)
CHANGING(int, fsync, (int descriptor), (descriptor), sync_of_all, 0, NULL, 0)
CHANGING(int, fdatasync, (int descriptor), (descriptor), sync_of_all, 0, NULL, 0)
OPENING(open)
OPENING(open64)

int openat(int descriptor, const char* path, int flags, ...) {
    static __typeof__(&openat) usual;
    if (usual == NULL) usual = USUAL(openat);
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_at_fails(descriptor, path, flags) ? -1 : usual(descriptor, path, flags, mode);
}

int unlink(const char* path) {
    static __typeof__(&unlink) usual;
    if (usual == NULL) usual = USUAL(unlink);
    const int result = usual(path);
    if (result == 0 && journal >= 0 && is_on_the_disk(path)) note_path(removal, (char*)path, 0, NULL, 0);
    return result;
}

int rename(const char* from, const char* to) {
    static __typeof__(&rename) usual;
    if (usual == NULL) usual = USUAL(rename);
    return !is_idle() && is_on_the_disk(to) && fails(control->write_error == EROFS ? EROFS : 0) ? -1 : usual(from, to);
}
