public import Diagnostics
internal import Glibc

/// What lies at a path that is to be written: a regular file that is replaced, or nothing yet.
///
/// A symbolic link is followed: the file that it leads to is the one that is replaced or made, and the link stays.
/// Everything else is refused: a folder, a device, a FIFO, a socket, the standard streams. Nothing is opened.
public struct OutputTarget: Sendable, Hashable {
    /// The path as it was given.
    public let path: String
    /// The path of the file itself; the same as `path` unless that is a link.
    public let file: String
    /// The file that is there; nil if there is none.
    public let identity: FileIdentity?
    /// What a new file in its place has to keep; nil if there is none.
    package let ownership: FileOwnership?

    /// Looks at what lies at a path.
    ///
    /// - Parameter path: Where to write.
    /// - Throws: `option.standard-stream` for `-`, `/dev/stdout` and the like; `file.folder`; `file.not-regular` for a
    ///   device, a FIFO or a socket; `file.link-loop`; `file.foreign-link` for a link that another user has put into a
    ///   folder that all users may write to; `file.not-a-folder`, `file.permission` and the like, with the path.
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

    /// Whether there is a file.
    public var exists: Bool { identity != nil }

    /// As many links are followed as the system follows.
    private static let mostLinks = 40

    /// The path that a link holds.
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

    /// Refuses a link that another user may have put there to have a file written: as the system does when it follows
    /// links itself (`fs.protected_symlinks`).
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

    /// The nearest of the folders above a path that is not one.
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

/// Who owns a file and who may do what with it.
package struct FileOwnership: Sendable, Hashable {
    let mode: mode_t
    let user: uid_t
    let group: gid_t

    init(_ status: stat) {
        (mode, user, group) = (status.st_mode & 0o7777, status.st_uid, status.st_gid)
    }

    /// Gives them to an open file, as far as this user may.
    func apply(to descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return }
        if status.st_uid != user || status.st_gid != group, fchown(descriptor, user, group) != 0 {
            // Only root gives files away; a group of one's own can be kept.
            _ = fchown(descriptor, uid_t.max, group)
        }
        guard fstat(descriptor, &status) == 0 else { return }
        var mode = mode
        if status.st_uid != user || status.st_gid != group { mode &= 0o777 }
        // Another group may do no more than everybody may.
        if status.st_gid != group { mode &= 0o707 | (mode & 0o007) << 3 }
        _ = fchmod(descriptor, mode)
    }
}
