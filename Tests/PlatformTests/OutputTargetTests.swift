import Glibc
import Platform
import PluginKit
import PluginTestKit
import Testing

/// What may be written to, whichever way it is written.
@Suite struct OutputTargetTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try Obstacle.layOut(in: folder)
    }

    /// The ways of writing a file.
    enum Way: String, CaseIterable, Sendable {
        case examine, write, replace, append, copy

        func use(_ path: String, in folder: TemporaryFolder) throws {
            switch self {
            case .examine: _ = try OutputTarget(path)
            case .write: try OutputFile(path).write([1].span, at: 0)
            case .replace: try FileSystem.replace(path, with: [1].span)
            case .append: try FileSystem.append([1].span, to: path)
            case .copy: try FileSystem.copy(folder.path("real"), to: path)
            }
        }
    }

    @Test(arguments: Way.allCases, Obstacle.refused)
    func `what is not a regular file is refused, and stays what it is`(way: Way, obstacle: Obstacle) throws {
        let before = obstacle.kinds(in: folder)
        let files = folder.files
        let path = obstacle.path(in: folder)
        #expect(throws: Diagnostic.self) { try way.use(path, in: folder) }
        do { try way.use(path, in: folder) } catch let error as Diagnostic {
            #expect(error.code == obstacle.code)
            #expect(error.hint != nil)
        }
        #expect(obstacle.kinds(in: folder) == before)
        #expect(folder.files == files)
    }

    @Test(arguments: Obstacle.followed)
    func `a link is followed, and the file that it leads to is replaced`(obstacle: Obstacle) throws {
        let target = try OutputTarget(obstacle.path(in: folder))
        #expect(target.path == obstacle.path(in: folder))
        #expect(target.exists == (obstacle.name == "link"))
        try FileSystem.replace(obstacle.path(in: folder), with: Array("new".utf8).span)
        #expect(obstacle.kinds(in: folder) == obstacle.kindsWhenWritten)
        let input = try InputFile(obstacle.path(in: folder))
        #expect(try input.readAll(atMost: 9) == Array("new".utf8))
        #expect(FileIdentity(obstacle.path(in: folder)) == FileIdentity(named: target.file))
    }

    @Test(arguments: Obstacle.followed)
    func `the temporary file lies beside the file that a link leads to`(obstacle: Obstacle) throws {
        let file = OutputFile(obstacle.path(in: folder))
        try file.write([1].span, at: 0)
        #expect(file.temporaryPath == (try OutputTarget(obstacle.path(in: folder))).file + ".part")
        #expect(FileSystem.exists(file.temporaryPath))
        file.discard()
        #expect(!FileSystem.exists(file.temporaryPath))
    }

    @Test(arguments: [0o600, 0o640, 0o664, 0o400] as [mode_t])
    func `mode and owner of a file that is replaced are kept`(mode: mode_t) throws {
        let path = folder.path("real")
        #expect(chmod(path, mode) == 0)
        if geteuid() == 0 { #expect(chown(path, 1234, 2345) == 0) }
        var before = stat()
        #expect(stat(path, &before) == 0)
        try FileSystem.replace(path, with: [1].span)
        var after = stat()
        #expect(stat(path, &after) == 0)
        #expect((after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid))
        #expect(after.st_ino != before.st_ino)

        let file = OutputFile(path)
        // From its beginning: nobody who may not read the one may read the other.
        if geteuid() != 0 {
            try file.write([1].span, at: 0)
            #expect(stat(file.temporaryPath, &after) == 0)
            #expect(after.st_mode == before.st_mode)
        }
    }

    @Test func `a new file has what the mask leaves`() throws {
        let mask = umask(0o027)
        defer { umask(mask) }
        try FileSystem.replace(folder.path("fresh"), with: [1].span)
        var status = stat()
        #expect(stat(folder.path("fresh"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test(arguments: ["link", "fifo", "socket", "folder", "hard"])
    func `what is no temporary file of a run is not touched`(kind: String) throws {
        let path = folder.path("new.csv.part")
        switch kind {
        case "link": #expect(symlink(folder.path("real"), path) == 0)
        case "fifo": #expect(mkfifo(path, 0o600) == 0)
        case "socket": try Obstacle.makeSocket(path)
        case "folder": #expect(mkdir(path, 0o700) == 0)
        default: #expect(link(folder.path("real"), path) == 0)
        }
        let identity = FileIdentity(named: path)
        let file = OutputFile(folder.path("new.csv"))
        let error = #expect(throws: Diagnostic.self) { try file.write([1].span, at: 0) }
        #expect(error?.code == "file.foreign")
        #expect(error?.rendered().contains(path) == true)
        #expect(FileIdentity(named: path) == identity)
        #expect(try folder.text(of: "real") == "old")
    }

    @Test func `a link that another user has put where everybody may write is refused`() throws {
        guard geteuid() == 0 else { return }
        #expect(mkdir(folder.path("open"), 0o777) == 0)
        #expect(chmod(folder.path("open"), 0o1777) == 0)
        #expect(symlink(folder.path("real"), folder.path("open/a.csv")) == 0)
        _ = try OutputTarget(folder.path("open/a.csv"))
        #expect(lchown(folder.path("open/a.csv"), 1234, 1234) == 0)
        let error = #expect(throws: Diagnostic.self) { try OutputTarget(folder.path("open/a.csv")) }
        #expect(error?.code == "file.foreign-link")
    }
}
