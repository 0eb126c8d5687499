public import Diagnostics
internal import Glibc

/// The target of a write: a regular file that is replaced, or a path where nothing exists yet.
///
/// A symbolic link is followed: its target is replaced or created, and the link stays. Everything else is refused: a
/// folder, a device, a FIFO, a socket, the standard streams. Nothing is opened.
public struct OutputTarget: Sendable, Hashable {
    /// The path as given.
    public let path: String
    /// The path of the file itself; differs from `path` if that is a link.
    public let file: String
    /// The existing file; nil if there is none.
    public let identity: FileIdentity?
    /// Owner and mode that a new file in its place has to keep; nil if there is none.
    package let ownership: FileOwnership?

    /// Examines a path.
    ///
    /// - Parameter path: Where to write.
    /// - Throws: `option.standard-stream` for `-`, `/dev/stdout` and the like; `file.folder`; `file.not-regular` for a
    ///   device, a FIFO or a socket; `file.link-loop`; `file.foreign-link` for a link of another user in a folder that
    ///   all users may write to; `file.not-a-folder`, `file.permission` and the like, with the path.
    public init(_ path: String) throws(Diagnostic) {
        self.path = path
        if path == "-" { throw Self.isStandardStream(path) }
        var file = path
        for _ in 0..<Self.mostLinks {
            if Self.isStream(file) { throw Self.isStandardStream(path) }
            var status = stat()
            guard lstat(file, &status) == 0 else {
                if errno == ENOTDIR { throw Self.isNotFolder(above: file) }
                guard errno == ENOENT else { throw SystemFailure.last.diagnostic("write", at: path) }
                guard !file.hasSuffix("/") else { throw Self.isFolder(path) }
                (self.file, identity, ownership) = (file, nil, nil)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                (self.file, identity) = (file, FileIdentity(status))
                ownership = FileOwnership(status)
                return
            case S_IFLNK: file = try Self.followed(file, status: status, path: path)
            case S_IFDIR: throw Self.isFolder(path)
            case S_IFIFO: throw Self.isNotRegular(path, kind: "a FIFO")
            case S_IFSOCK: throw Self.isNotRegular(path, kind: "a socket")
            default: throw Self.isNotRegular(path, kind: "a device")
            }
        }
        throw Diagnostic(
            "file.link-loop",
            message: "this link leads to itself, or through too many others",
            category: .environment,
            at: .file(path),
            hint: "name a file, or a link to one"
        )
    }

    /// Whether a file exists there.
    public var exists: Bool { identity != nil }

    /// The limit of links to follow, the same as the system's.
    private static let mostLinks = 40

    /// The path in a link, relative to the folder of the link.
    private static func followed(_ link: String, status: stat, path: String) throws(Diagnostic) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlink(link, &buffer, buffer.count)
        guard length > 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
        let text = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = FileSystem.folder(of: link)
        try refuseForeign(status, in: folder, path: path)
        if text.hasPrefix("/") || folder == "." && !link.contains("/") { return text }
        return "\(folder == "/" ? "" : folder)/\(text)"
    }

    /// Refuses a link that another user may have planted to redirect a write, as the system does when it follows links
    /// itself (`fs.protected_symlinks`).
    private static func refuseForeign(_ link: stat, in folder: String, path: String) throws(Diagnostic) {
        var status = stat()
        guard link.st_uid != geteuid(), stat(folder, &status) == 0, status.st_mode & S_IWOTH != 0,
            link.st_uid != status.st_uid
        else { return }
        throw Diagnostic(
            "file.foreign-link",
            message: "this link belongs to another user (\(link.st_uid)), in a folder that all users may write to",
            category: .environment,
            at: .file(path),
            hint: "name the file that it leads to, or choose another folder"
        )
    }

    /// Whether a path names an open stream of a process.
    private static func isStream(_ path: String) -> Bool {
        let name = path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...]
        let folder = FileSystem.resolved(FileSystem.folder(of: path))
        if folder == "/dev" { return ["stdin", "stdout", "stderr"].contains(name) }
        return folder == "/dev/fd" || folder.hasPrefix("/proc/") && folder.hasSuffix("/fd")
    }

    private static func isStandardStream(_ path: String) -> Diagnostic {
        Diagnostic(
            "option.standard-stream",
            message: "standard output is not supported here yet",
            category: .usage,
            at: .file(path),
            hint: path == "-" ? "name a file; write './-' for a file called '-'" : "name a file"
        )
    }

    private static func isFolder(_ path: String) -> Diagnostic {
        Diagnostic(
            "file.folder",
            message: "this is a folder, not a file",
            category: .environment,
            at: .file(path),
            hint: "name a file in it"
        )
    }

    /// The error for the nearest component above a path that is not a folder.
    private static func isNotFolder(above path: String) -> Diagnostic {
        var folder = FileSystem.folder(of: path)
        while FileIdentity(folder) == nil, folder != "/", folder != "." { folder = FileSystem.folder(of: folder) }
        return FileSystem.isNotFolder(folder)
    }

    private static func isNotRegular(_ path: String, kind: String) -> Diagnostic {
        Diagnostic(
            "file.not-regular",
            message: "this is \(kind), not a file: it cannot be written or replaced",
            category: .environment,
            at: .file(path),
            hint: "name a regular file, or one that does not exist yet"
        )
    }
}

/// The owner and mode of a file.
package struct FileOwnership: Sendable, Hashable {
    let mode: mode_t
    let user: uid_t
    let group: gid_t

    init(_ status: stat) {
        (mode, user, group) = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }

    /// Applies them to an open file, as far as this user may.
    func apply(to descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        if status.st_uid != user || status.st_gid != group, fchown(descriptor, user, group) != 0 {
            // Only root can change the owner; the group can be kept if it is one of the user's.
            _ = fchown(descriptor, uid_t.max, group)
        }
        guard fstat(descriptor, &status) == 0 else { return }
        var mode = mode
        if status.st_uid != user || status.st_gid != group { mode &= 0o777 }
        // If the group differs, it may do no more than others may.
        if status.st_gid != group { mode &= 0o707 | (mode & 0o007) << 3 }
        _ = fchmod(descriptor, mode)
    }
}
