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
