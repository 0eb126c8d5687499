package import Diagnostics
internal import Glibc

/// A file that is neither a regular file nor a folder: opening or reading it may block for ever.
package enum SpecialFile: String, Sendable {
    case fifo = "a FIFO"
    case socket = "a socket"
    case characterDevice = "a character device"
    case blockDevice = "a block device"

    /// The special file at a path, following links; nil for a regular file, a folder, or nothing.
    ///
    /// It is not opened.
    package init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(mode: status.st_mode)
    }

    /// The kind of a file by its mode; nil for a regular file or a folder.
    init?(mode: mode_t) {
        switch mode & S_IFMT {
        case S_IFIFO: self = .fifo
        case S_IFSOCK: self = .socket
        case S_IFCHR: self = .characterDevice
        case S_IFBLK: self = .blockDevice
        default: return nil
        }
    }

    /// The error for reading it.
    ///
    /// - Parameter path: Where it is.
    /// - Returns: `file.not-regular`.
    package func refusal(_ path: String) -> Diagnostic {
        Diagnostic(
            "file.not-regular",
            message: "this is \(rawValue), not a file",
            category: .environment,
            at: .file(path),
            hint: "only regular files can be read: save its output to a file and name that"
        )
    }
}
