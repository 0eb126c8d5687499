internal import Diagnostics
internal import Glibc

/// An advisory lock on a file, held by one task of one process at a time.
///
/// It belongs to the open file (`flock`), so it excludes both other processes and other tasks of the same process. The
/// kernel releases it when the process ends, whatever the reason. Waiting does not block a thread: a task that does not
/// get the lock sleeps and tries again.
///
/// On a file system without such locks, all tasks hold it simultaneously.
package final class FileLock: Sendable {
    private let descriptor: Locked<Int32>

    /// Takes the lock as soon as it is free.
    ///
    /// - Parameters:
    ///   - path: The file, which is created and never removed. Its folder exists.
    ///   - limit: How long to wait.
    ///   - time: The clock.
    /// - Throws: `account.locked` after the timeout, errors of the system, and `CancellationError`.
    package init(_ path: String, within limit: Duration, time: any TimeSource) async throws {
        let deadline = time.now + limit
        var pause = Duration.milliseconds(5)
        while true {
            if let taken = try Self.attempt(path) {
                descriptor = Locked(taken)
                return
            }
            guard time.now < deadline else {
                throw Diagnostic(
                    "account.locked",
                    message: "another program has held the credentials for longer than \(limit.wholeSeconds) seconds",
                    category: .environment,
                    at: .file(path),
                    hint: "'fuser \(path)' names it; wait for it or end it, then run again"
                )
            }
            try await time.sleep(until: min(deadline, time.now + pause))
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    deinit { release() }

    /// Releases the lock; doing so again changes nothing.
    package func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// The opened file, locked; nil if another task or process has the lock.
    private static func attempt(_ path: String) throws(Diagnostic) -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        var isKept = false
        defer { if !isKept { close(descriptor) } }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return nil
            case ENOLCK, EOPNOTSUPP, EINVAL:
                isKept = true
                return descriptor
            default: throw SystemFailure.last.diagnostic("write", at: path)
            }
        }
        // The file may have been removed between opening and locking; then this lock protects nothing.
        var opened = stat()
        var named = stat()
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
            opened.st_dev == named.st_dev
        else { return nil }
        isKept = true
        return descriptor
    }
}
