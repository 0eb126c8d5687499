public import Diagnostics
internal import Glibc
internal import Synchronization

/// Replaces the file at a path as a whole: readers see the old file or the new one.
///
/// Until then, the new file lies next to it under a temporary name, `.NAME.PID-N.part`. It is created exclusively, so
/// two programs that write the same file never mix their contents. A value that is released without being published
/// deletes its file.
public struct WholeFile: ~Copyable {
    /// The file to replace.
    public let target: OutputTarget
    private let temporaryPath: String
    private let descriptor: Int32
    private var isPublished = false

    /// Begins a file; missing folders above it are created.
    ///
    /// A file that replaces another keeps its mode, and its owner if this user may set that.
    ///
    /// - Parameters:
    ///   - path: The final path.
    ///   - mode: The mode of a new file; nil for read and write permission for all, reduced by the user's mask.
    /// - Throws: What `OutputTarget` throws; `file.disk-full`, `file.permission` or `file.write`, with the path.
    public init(_ path: String, mode: UInt32? = nil) throws(Diagnostic) {
        let target = try OutputTarget(path)
        try FileSystem.createFolder(around: target.file)
        let created = try Self.created(beside: target)
        self.target = target
        temporaryPath = created.path
        descriptor = created.descriptor
        if let ownership = target.ownership {
            ownership.apply(to: descriptor)
        } else if let mode {
            _ = fchmod(descriptor, mode_t(mode))
        }
    }

    deinit {
        close(descriptor)
        if !isPublished { FileSystem.remove(temporaryPath) }
    }

    /// Writes all of `bytes` at an offset.
    ///
    /// - Throws: `file.disk-full` or `file.write`, with the path.
    public func write(_ bytes: Span<UInt8>, at offset: Int) throws(Diagnostic) {
        try OpenFile.write(bytes, at: offset, to: descriptor, path: temporaryPath, shownAs: target.path)
    }

    /// Publishes the file under its final name.
    ///
    /// - Parameter isSynced: Whether its bytes are synced to the disk first. Its name is on the disk once the folder is
    ///   synced.
    /// - Throws: `file.changed` if the temporary file is not the one that was written, or what `OutputTarget` throws:
    ///   another file is there now.
    public consuming func publish(isSynced: Bool = true) throws(Diagnostic) {
        if isSynced {
            try Faults.step(.sync, of: temporaryPath) { () throws(Diagnostic) in
                guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: target.path) }
            }
        }
        guard try OutputTarget(target.path).file == target.file,
            let own = FileIdentity(descriptor: descriptor), FileIdentity(named: temporaryPath) == own
        else {
            // The file is published, so it must not be removed.
            isPublished = true
            throw OpenFile.hasChanged(target.path)
        }
        try FileSystem.rename(temporaryPath, to: target.file)
        isPublished = true
    }

    private static func created(beside target: OutputTarget) throws(Diagnostic) -> (path: String, descriptor: Int32) {
        for _ in 0..<mostNames {
            let path = FileSystem.temporaryName(beside: target.file)
            var descriptor: Int32 = -1
            try Faults.step(.create, of: path) { () throws(Diagnostic) in
                descriptor = open(
                    path,
                    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    target.exists ? 0o600 : 0o666
                )
                guard descriptor >= 0 || errno == EEXIST else {
                    throw SystemFailure.last.diagnostic("write", at: target.path)
                }
            }
            if descriptor >= 0 { return (path, descriptor) }
        }
        throw Diagnostic(
            "file.write",
            message: "there are too many files '.….part' of earlier programs next to it",
            category: .environment,
            at: .file(target.path),
            hint: "remove them"
        )
    }

    /// The maximum number of names to try: earlier processes with the same process ID may have left some when they were
    /// killed.
    private static let mostNames = 1000
}

extension FileSystem {
    /// Distinguishes the temporary names of a process.
    private static let number = Atomic<Int>(0)

    /// A name next to a file that no other process uses: `.NAME.PID-N.part`.
    static func temporaryName(beside file: String) -> String {
        let start = file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex
        // A name has at most 255 bytes, and this one has to be distinct, not readable.
        var name = file[start...]
        while name.utf8.count > 200 { name.removeLast() }
        let number = number.add(1, ordering: .relaxed).newValue
        return "\(file[..<start]).\(name).\(getpid())-\(number).part"
    }

    /// Replaces the file at a path as a whole, or creates it.
    ///
    /// A link is followed, and mode and owner of a replaced file are kept. Readers see the old or the new file.
    ///
    /// - Parameters:
    ///   - path: The final path; missing folders above it are created.
    ///   - bytes: The contents.
    /// - Throws: What `OutputTarget` throws; `file.changed`, `file.disk-full`, `file.permission` or `file.write`, with
    ///   the path. Then the old file is unchanged.
    public static func replace(_ path: String, with bytes: Span<UInt8>) throws(Diagnostic) {
        let file = try WholeFile(path)
        try file.write(bytes, at: 0)
        try file.publish()
    }
}
