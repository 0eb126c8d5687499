public import Diagnostics
internal import Glibc

/// An error of the operating system.
public struct SystemFailure {
    private let number: Int32

    /// The error with this `errno`.
    public init(number: Int32) { self.number = number }

    /// The error of the last call, from `errno`.
    public static var last: SystemFailure { SystemFailure(number: errno) }

    /// The diagnostic for a write to a full disk.
    public static func diskFull(_ path: String) -> Diagnostic {
        SystemFailure(number: ENOSPC).diagnostic("write", at: path)
    }

    /// Whether the call was only interrupted and can be repeated.
    public var isInterruption: Bool { number == EINTR }

    /// The error as a diagnostic.
    ///
    /// - Parameters:
    ///   - act: What was tried: `read`, `write`.
    ///   - path: The file or folder.
    /// - Returns: The diagnostic, with the path as its place.
    public func diagnostic(_ act: String, at path: String) -> Diagnostic {
        problem(act, at: path).classed(as: .environment)
    }

    /// Whether an error means that a disk, a quota or a file size limit is full.
    public static func isDiskFull(_ error: any Error) -> Bool { (error as? Diagnostic)?.code == full }

    private static let full: Diagnostic.Code = "file.disk-full"

    private func problem(_ act: String, at path: String) -> Diagnostic {
        switch number {
        case ENOENT:
            Diagnostic(
                "file.missing",
                message: "there is no such file or folder",
                at: .file(path),
                hint: path.hasPrefix("/") ? nil : "the path is relative to \(FileSystem.currentFolder)"
            )
        case EACCES, EPERM:
            Diagnostic(
                "file.permission",
                message: "no permission to \(act) here",
                at: .file(path),
                hint: act == "read" ? "make it readable for this user" : "choose a folder that this user may write to"
            )
        case EROFS:
            Diagnostic(
                "file.permission",
                message: "this file system is read-only",
                at: .file(path),
                hint: "choose another folder"
            )
        case ENOSPC, EDQUOT:
            Diagnostic(
                Self.full,
                message: "the disk is full",
                at: .file(path),
                hint: "free some space or choose another folder, then run again"
            )
        case EFBIG:
            Diagnostic(
                Self.full,
                message: "the file exceeds the size limit",
                at: .file(path),
                hint: "see 'ulimit -f'"
            )
        case EISDIR:
            Diagnostic(
                "file.folder",
                message: "this is a folder, not a file",
                at: .file(path),
                hint: "name a file in it"
            )
        case ENOTDIR:
            Diagnostic(
                "file.not-a-folder",
                message: "a part of this path is a file, not a folder",
                at: .file(path),
                hint: "choose another path"
            )
        case ENAMETOOLONG:
            Self.isTooLong(path)
        case EMFILE, ENFILE:
            Diagnostic(
                "file.too-many",
                message: "too many files are open",
                at: .file(path),
                hint: "raise the limit: 'ulimit -n'"
            )
        default:
            Diagnostic(
                Diagnostic.Code("file.\(act)"),
                message: "the system could not \(act): \(String(cString: strerror(number)))",
                at: .file(path)
            )
        }
    }

    private static func isTooLong(_ path: String) -> Diagnostic {
        let names = path.split(separator: "/")
        guard let name = names.first(where: { $0.utf8.count > FileSystem.longestName }) else {
            return Diagnostic(
                "file.name-too-long",
                message:
                    "the path has \(path.utf8.count.counted("byte")), and the system takes at most \(PATH_MAX - 1)",
                at: .file(path),
                hint: "choose a folder with a shorter path"
            )
        }
        return Diagnostic(
            "file.name-too-long",
            message:
                "the name '\(name.prefix(20))…' has \(name.utf8.count.counted("byte")), and a name may have \(FileSystem.longestName)",
            at: .file(path),
            hint: "choose a shorter name"
        )
    }
}
