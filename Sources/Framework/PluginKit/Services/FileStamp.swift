internal import Glibc

/// What a file looks like from outside: how large it is and when it was last changed.
///
/// A source makes its `fingerprint` of it.
public struct FileStamp: Sendable, Hashable, CustomStringConvertible {
    /// How many bytes the file has.
    public let size: Int
    /// When its content was last changed: nanoseconds since 1970-01-01T00:00:00Z, as exact as the file system keeps it.
    public let modified: Int64

    /// The stamp of a file; nil if there is none that can be seen.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        size = Int(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }

    /// Both, such as `1034-1767225600000000000`.
    public var description: String { "\(size)-\(modified)" }
}
