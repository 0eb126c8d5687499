internal import Diagnostics
internal import Glibc

/// An advisory lock on a file, which one process and one task of it at a time has.
///
/// It belongs to the opened file (`flock`), so it holds between processes and between tasks of one alike; the kernel takes
/// it back when the process ends, however it ends. Nothing waits inside of the system: whoever does not get it sleeps and
/// asks again, and no thread is held up.
///
/// On a file system without such locks everybody has it at once.
package final class FileLock: Sendable {
    private let descriptor: Locked<Int32>

    /// Takes the lock, as soon as nobody else has it.
    ///
    /// - Parameters:
    ///   - path: The file, which comes into being and is never removed. Its folder is there.
    ///   - limit: How long to wait.
    ///   - time: The clock.
    /// - Throws: `account.locked` when the limit is over, what the system says, and `CancellationError`.
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

    /// Gives the lock back; doing so again changes nothing.
    package func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    /// The opened file, locked; nil if somebody else has the lock.
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
        // Somebody may have removed the file between opening and locking; then this lock guards nothing.
        var opened = stat()
        var named = stat()
        guard fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
            opened.st_dev == named.st_dev
        else { return nil }
        isKept = true
        return descriptor
    }
}
