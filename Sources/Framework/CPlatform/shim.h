#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

// O_TMPFILE is a macro that Swift does not see.

/// Opens a new file without a name in a folder, to be written and read.
static inline int sprocket_open_unnamed(const char *folder) {
#ifdef O_TMPFILE
    return open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
#else
    return open(folder, 020000000 | O_DIRECTORY | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
#endif
}

// Linux can rename without replacing what has the name, and can exchange two names; the Glibc module leaves both out.
// The numbers are those of the kernel's uapi/linux/fs.h.

/// Renames `from` to `to` unless something has that name: EEXIST.
static inline int sprocket_rename_exclusively(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1U);
}

/// Exchanges the names of two files, so that at no time one of the names is missing.
static inline int sprocket_exchange(const char *one, const char *other) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, 2U);
}

// The Glibc module leaves extended attributes out.

#include <sys/xattr.h>

/// Sets an extended attribute of an open file.
static inline int sprocket_set_attribute(int file, const char *name, const void *value, long size) {
    return fsetxattr(file, name, value, (size_t)size, 0);
}

/// Reads an extended attribute, links not followed; how many bytes it has, or -1.
static inline long sprocket_attribute(const char *path, const char *name, void *value, long size) {
    return (long)lgetxattr(path, name, value, (size_t)size);
}

/// Removes an extended attribute, links not followed.
static inline int sprocket_remove_attribute(const char *path, const char *name) { return lremovexattr(path, name); }

// Whether Swift finds the fields of `timespec` depends on what else is compiled with a file.

#include <time.h>

/// What a clock shows, in nanoseconds.
static inline long long sprocket_nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (long long)now.tv_sec * 1000000000LL + now.tv_nsec;
}

// The settings of the C library's memory and what a process has used; the Glibc module leaves both out.

#include <malloc.h>
#include <sys/resource.h>

/// Processor time of the process, in microseconds, outside of and within the system, and its most memory in kilobytes.
static inline int sprocket_usage(long long *user, long long *system, long long *peak) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return -1;
    *user = usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec;
    *system = usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
    *peak = usage.ru_maxrss;
    return 0;
}

// A function of GNU that the Glibc module leaves out.

/// Where a part first occurs in some bytes, in linear time; NULL if it does not.
void *memmem(const void *bytes, size_t count, const void *part, size_t count_of_part);
