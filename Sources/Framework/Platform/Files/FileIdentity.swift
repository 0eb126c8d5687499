internal import Glibc

/// Identifies a file, whatever its names: its device and its inode number there.
///
/// An inode number is reused after a file is deleted, so an identity is valid while the file has a name or is open.
public struct FileIdentity: Sendable, Hashable {
    /// The number of the file's device (`st_dev`).
    public let device: UInt64
    /// The file's inode number on the device.
    public let inode: UInt64

    /// The file at a path, following links; nil if there is none.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The file or link with a name, without following it; nil if there is none.
    public init?(named path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The file of an open descriptor; nil if the descriptor is not open.
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
