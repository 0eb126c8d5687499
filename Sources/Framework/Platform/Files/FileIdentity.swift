internal import Glibc

/// Which file it is, whatever its names: the device that it lies on and its number there.
///
/// A number is used again when a file is gone, so an identity holds as long as the file has a name or is open.
public struct FileIdentity: Sendable, Hashable {
    /// The number of the device that the file lies on (`st_dev`).
    public let device: UInt64
    /// The file's number on it.
    public let inode: UInt64

    /// The file of a path, links followed; nil if there is none.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// What has a name, which may be a link; nil if nothing has it.
    public init?(named path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// An open file; nil if the descriptor is not open.
    package init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}
