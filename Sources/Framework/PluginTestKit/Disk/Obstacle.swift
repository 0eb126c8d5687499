public import Diagnostics
internal import Glibc
internal import PluginKit

/// Something that exists at the path of an output: the output must refuse it, or follow it.
///
///     try Obstacle.layOut(in: folder)
///     for obstacle in Obstacle.refused { … obstacle.path(in: folder) … }
public struct Obstacle: Sendable, Hashable, CustomStringConvertible {
    /// The name in the folder, or an absolute path.
    public let name: String
    /// The code of the refusal; nil for an obstacle that is followed.
    public let code: Diagnostic.Code?

    /// The file name, or the path, of the obstacle.
    public var description: String { name }

    /// The obstacles that must be refused.
    public static let refused: [Obstacle] = [
        Obstacle(name: "fifo", code: "file.not-regular"),
        Obstacle(name: "socket", code: "file.not-regular"),
        Obstacle(name: "folder", code: "file.folder"),
        Obstacle(name: "loop", code: "file.link-loop"),
        Obstacle(name: "link-to-fifo", code: "file.not-regular"),
        Obstacle(name: "link-to-folder", code: "file.folder"),
        Obstacle(name: "link-to-stream", code: "option.standard-stream"),
        Obstacle(name: "/dev/stdout", code: "option.standard-stream"),
        Obstacle(name: "/dev/stderr", code: "option.standard-stream"),
        Obstacle(name: "/dev/fd/1", code: "option.standard-stream"),
        Obstacle(name: "/proc/self/fd/2", code: "option.standard-stream"),
    ]

    /// The obstacles that are followed to a file.
    public static let followed: [Obstacle] = [
        Obstacle(name: "link", code: nil), Obstacle(name: "dangling", code: nil), Obstacle(name: "chain", code: nil),
    ]

    /// The absolute path at which a test finds the obstacle, for a folder in which it was created.
    public func path(in folder: TemporaryFolder) -> String { name.hasPrefix("/") ? name : folder.path(name) }

    /// Creates all of them in a folder, and a file `real` that contains `old`.
    ///
    /// - Throws: What the system reports.
    public static func layOut(in folder: TemporaryFolder) throws {
        try folder.write("old", to: "real")
        mkdir(folder.path("folder"), 0o755)
        mkfifo(folder.path("fifo"), 0o644)
        try makeSocket(folder.path("socket"))
        for (link, target) in [
            ("link", "real"), ("dangling", "made/later"), ("chain", "dangling-too"), ("dangling-too", "later"),
            ("loop", "loop-too"), ("loop-too", "loop"), ("link-to-fifo", "fifo"), ("link-to-folder", "folder"),
            ("link-to-stream", "/dev/stdout"),
        ] {
            symlink(target, folder.path(link))
        }
    }

    /// Creates a socket at a path.
    ///
    /// - Throws: `file.write`, with the path.
    public static func makeSocket(_ path: String) throws {
        guard mknod(path, S_IFSOCK | 0o644, 0) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
    }

    /// The kinds of what exists at the path and at its target, as text.
    public func kinds(in folder: TemporaryFolder) -> [String] {
        var (named, followed) = (stat(), stat())
        let isNamed = lstat(path(in: folder), &named) == 0
        let isFollowed = stat(path(in: folder), &followed) == 0
        return [isNamed ? Self.kind(named) : "nothing", isFollowed ? Self.kind(followed) : "nothing"]
    }

    /// The kinds after a write through a link.
    public var kindsWhenWritten: [String] { ["link", "file"] }

    private static func kind(_ status: stat) -> String {
        switch status.st_mode & S_IFMT {
        case S_IFREG: "file"
        case S_IFDIR: "folder"
        case S_IFLNK: "link"
        case S_IFIFO: "fifo"
        case S_IFSOCK: "socket"
        default: "device"
        }
    }
}
