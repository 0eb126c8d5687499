public import Diagnostics
internal import Glibc
internal import Platform

/// The exclusive right to run a pipeline, among all processes.
///
/// An advisory lock (`flock`) on a file that is never removed decides: the kernel gives it to one process and releases
/// it when that process ends, however it ends. The holder also writes its identity into the file. It is used in
/// messages, and on file systems without such locks to tell whether the holder lives.
///
/// Release it with `release()`. It is also released with the last reference, but Swift may release a reference right
/// after its last use.
public final class PipelineLock: Sendable {
    /// The pipeline.
    public let pipeline: String
    private let descriptor: Locked<Int32>

    /// Takes the lock of a pipeline.
    ///
    /// The lock of a holder that has died is free immediately.
    ///
    /// - Parameters:
    ///   - pipeline: The name of the pipeline.
    ///   - folder: The state folder, which is created if it does not exist.
    ///   - patience: How long to wait for a holder. A short wait is necessary: a process that was just killed takes a
    ///     short time to end, and one that has just begun may not have recorded its identity yet.
    /// - Throws: `environment.locked`, which names the holder; `file.permission` and the like, with the path.
    public init(
        _ pipeline: String,
        in folder: String = ".sprocket",
        patience: Duration = .milliseconds(500)
    ) throws(Diagnostic) {
        self.pipeline = pipeline
        let path = Self.path(of: pipeline, in: folder)
        try FileSystem.createFolder(around: path)
        let deadline = ContinuousClock.now + patience
        while true {
            switch try Self.attempt(path) {
            case .taken(let taken, let length):
                descriptor = Locked(taken)
                EndingNote.begin(taken, after: length)
                return
            case .refused(let holder):
                // A run that is being stopped does not wait for another one.
                guard ContinuousClock.now >= deadline || Task.isCancelled else {
                    usleep(5000)
                    continue
                }
                throw Self.refusal(pipeline, holder: holder, path: path)
            }
        }
    }

    deinit { release() }

    /// Releases the lock.
    ///
    /// Doing so again changes nothing.
    public func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            EndingNote.end(descriptor)
            // The identity is removed before the lock, so that no process is refused with the name of a past holder.
            ftruncate(descriptor, 0)
            close(descriptor)
            descriptor = -1
        }
    }

    /// The process that holds the lock of a pipeline, or held it and died; nil if it was released or never taken.
    public static func holder(of pipeline: String, in folder: String = ".sprocket") -> LockHolder? {
        (try? SmallFile.text(of: path(of: pipeline, in: folder))).flatMap(LockHolder.init)
    }

    /// Whether a process holds the lock of a pipeline; nil if that is unknown, as on file systems without locks.
    ///
    /// The check holds a shared lock for an instant, and a process that takes the lock waits that long.
    package static func isHeld(of pipeline: String, in folder: String) -> Bool? {
        let descriptor = open(path(of: pipeline, in: folder), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return errno == ENOENT ? false : nil }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return true
            default: return nil
            }
        }
        return false
    }

    /// The pipeline that a process runs, according to the lock file that it has open; nil if it has none.
    ///
    /// - Parameter files: The files that it has open.
    /// - Returns: Text such as `the pipeline 'films' of the state in /home/me/.sprocket`.
    package static func words(for files: [String]) -> String? {
        for file in files where file.hasSuffix(".lock") {
            let parts = file.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count > 2, parts[parts.count - 2] == "locks", let name = parts.last else { continue }
            return "the pipeline '\(pipeline(ofFile: name.dropLast(5)))' of the state in "
                + parts.dropLast(2).joined(separator: "/")
        }
        return nil
    }

    /// The pipeline from which `fileName` made a file name, unless that was shortened.
    private static func pipeline(ofFile name: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(name.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count > 1,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private enum Attempt {
        /// The lock is taken: the open file, and the length of its text.
        case taken(Int32, length: Int)
        /// Another process holds it, which may not have recorded its identity yet.
        case refused(LockHolder?)
    }

    private static func attempt(_ path: String) throws(Diagnostic) -> Attempt {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        var isKept = false
        defer { if !isKept { close(descriptor) } }

        let attempt = try lock(descriptor, path: path)
        guard attempt != .refused else {
            return .refused(LockHolder(try SmallFile.text(of: descriptor, path: path)))
        }
        // The file may have been removed between opening and locking; then this lock protects nothing.
        guard isStillNamed(descriptor, path: path) else { return .refused(nil) }
        // The kernel reports a free lock. If the recorded holder lives, this file system does not support locks. In
        // that case this process may be the holder itself; where locks work, it cannot be.
        if let holder = LockHolder(try SmallFile.text(of: descriptor, path: path)),
            holder.process != .current || attempt == .unsupported, holder.isAlive == true
        {
            return .refused(holder)
        }
        let holder = LockHolder(process: .current, since: SystemClock.seconds * 1000)
        try SmallFile.replace(descriptor, with: holder.text, path: path)
        isKept = true
        return .taken(descriptor, length: holder.text.utf8.count)
    }

    private enum KernelLock {
        case taken
        case refused
        /// The file system has no locks; the recorded holder decides.
        case unsupported
    }

    private static func lock(_ descriptor: Int32, path: String) throws(Diagnostic) -> KernelLock {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return .refused
            case ENOLCK, EOPNOTSUPP, EINVAL: return .unsupported
            default: throw SystemFailure.last.diagnostic("write", at: path)
            }
        }
        return .taken
    }

    private static func isStillNamed(_ descriptor: Int32, path: String) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    private static func refusal(_ pipeline: String, holder: LockHolder?, path: String) -> Diagnostic {
        guard let holder else {
            return Diagnostic(
                "environment.locked",
                message: "the pipeline '\(pipeline)' is held by a process that has not recorded its identity",
                category: .environment,
                at: .file(path),
                hint: "run again; 'fuser \(path)' names the process"
            )
        }
        switch holder.isAlive {
        case true? where holder.process == .current:
            return Diagnostic(
                "environment.locked",
                message: "the pipeline '\(pipeline)' is running already in this process, since \(holder.start)",
                category: .environment,
                at: .file(path),
                hint: "wait for it, or stop it"
            )
        case true?:
            return Diagnostic(
                "environment.locked",
                message: "the pipeline '\(pipeline)' is running already: \(holder.words)",
                category: .environment,
                at: .file(path),
                hint: "wait for it, or stop it: kill \(holder.pid)"
            )
        case nil:
            return Diagnostic(
                "environment.locked",
                message: "the pipeline '\(pipeline)' is running already in another container: \(holder.words)",
                category: .environment,
                at: .file(path),
                hint: "wait for it, or stop it there"
            )
        case false?:
            return Diagnostic(
                "environment.locked",
                message: "the pipeline '\(pipeline)' was held by \(holder.words), which has ended, "
                    + "and a process that it started, or another machine, still holds it",
                category: .environment,
                at: .file(path),
                hint: "'fuser \(path)' names the process; end it, then run again"
            )
        }
    }

    /// A file name that contains the pipeline's name; two pipelines never share one.
    private static func path(of pipeline: String, in folder: String) -> String {
        "\(folder)/locks/\(fileName(of: pipeline)).lock"
    }

    package static func fileName(of pipeline: String) -> String { FileSystem.plainName(of: pipeline) }
}
