import Glibc
import Platform
import PluginKit
import PluginTestKit
import Testing

@Suite struct FileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)".replacing(folder.path, with: "@")
        }
    }

    // Reading

    @Test(arguments: [0, 1, 65_536, 65_537, 200_000])
    func `a file is read from its start, from any place, and whole`(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try folder.write(bytes, to: "a")
        let file = try InputFile(folder.path("a"))
        #expect(file.count == size)
        #expect(try file.readAll(atMost: size) == bytes)
        var input = file.bytes
        var read: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 70_000)
        while true {
            let got = try chunk.withUnsafeMutableBytes { try input.read(into: $0) }
            if got == 0 { break }
            read += chunk[..<got]
        }
        #expect(read == bytes)
        let got = try chunk.withUnsafeMutableBytes { try file.read(at: size / 2, into: $0) }
        #expect(Array(chunk[..<got]) == Array(bytes[(size / 2)...].prefix(70_000)))
    }

    @Test func `what cannot be read is refused with its path`() throws {
        try folder.write("abc", to: "sub/a")
        #expect(
            message { _ = try InputFile(folder.path("none")) }
                == "@/none: error[file.missing]: there is no such file or folder"
        )
        #expect(
            message { _ = try InputFile(folder.path("sub")) }
                == "@/sub: error[file.folder]: this is a folder, not a file"
        )
        #expect(
            message { _ = try InputFile(folder.path("sub/a/b")) } == """
                @/sub/a/b: error[file.not-a-folder]: a part of this path is a file, not a folder
                  hint: choose another path
                """
        )
        #expect(
            message { _ = try InputFile(folder.path("sub/a")).readAll(atMost: 2) }
                == "@/sub/a: error[file.too-large]: the file has more than 2 bytes"
        )
        #expect(
            message { _ = try InputFile("none/at/all") } == """
                none/at/all: error[file.missing]: there is no such file or folder
                  hint: the path is relative to \(FileSystem.currentFolder)
                """
        )
    }

    @Test(.enabled(if: geteuid() != 0, "root may read and write everything"))
    func `permissions are reported in words`() throws {
        try folder.write("abc", to: "a")
        chmod(folder.path("a"), 0)
        #expect(
            message { _ = try InputFile(folder.path("a")) } == """
                @/a: error[file.permission]: no permission to read here
                  hint: make it readable for this user
                """
        )
        chmod(folder.path, 0o500)
        defer { chmod(folder.path, 0o700) }
        #expect(
            message { try OutputFile(folder.path("b")).write([1].span, at: 0) } == """
                @/b.part: error[file.permission]: no permission to write here
                  hint: choose a folder that this user may write to
                """
        )
    }

    // Writing

    @Test func `writes go to offsets, so writing again changes nothing, and the file appears whole`() throws {
        let file = OutputFile(folder.path("x/y/a.csv"))
        #expect(folder.files.isEmpty)
        #expect(try file.write(Array("hello ".utf8).span, at: 0) == 6)
        #expect(try file.write(Array("world, and more".utf8).span, at: 6) == 21)
        #expect(try file.write(Array("world".utf8).span, at: 6) == 11)
        #expect(folder.files == ["x/y/a.csv.part"])
        let pending = try file.complete(upTo: 11, records: 2)
        #expect((pending.records, pending.bytes) == (2, 11))
        #expect(pending.path == folder.path("x/y/a.csv"))
        #expect(folder.files == ["x/y/a.csv.part"])
        try FileSystem.rename(pending.temporaryPath, to: pending.path)
        try FileSystem.syncFolder(of: pending.path)
        #expect(try folder.text(of: "x/y/a.csv") == "hello world")
        #expect(folder.files == ["x/y/a.csv"])
    }

    @Test func `what an earlier run left under the temporary name does not show`() throws {
        try folder.write("something much longer", to: "a.part")
        let file = OutputFile(folder.path("a"))
        let end = try file.write(Array("short".utf8).span, at: 0)
        _ = try file.complete(upTo: end, records: 1)
        #expect(try folder.text(of: "a.part") == "short")
    }

    @Test func `a file that is thrown away leaves nothing, and one without a write is empty`() throws {
        let file = OutputFile(folder.path("a"))
        try file.write([1, 2, 3].span, at: 0)
        file.discard()
        #expect(folder.files.isEmpty)
        _ = try OutputFile(folder.path("b")).complete(upTo: 0, records: 0)
        #expect(try folder.bytes(of: "b.part") == [])
    }

    @Test func `a folder in the way is refused before anything is written`() throws {
        try folder.write("", to: "sub/a")
        #expect(
            message { try OutputFile(folder.path("sub")).write([1].span, at: 0) } == """
                @/sub: error[file.folder]: this is a folder, not a file
                  hint: name a file in it
                """
        )
        #expect(
            message { try OutputFile(folder.path("sub/a/b")).write([1].span, at: 0) } == """
                @/sub/a: error[file.not-a-folder]: this is a file, but a folder is needed here
                  hint: choose another path
                """
        )
        #expect(folder.files == ["sub/a"])
    }

    @Test func `a full disk is reported as such`() throws {
        #expect(
            message {
                try Faults.$current.withValue(FullDisk(for: "a.part")) {
                    _ = try OutputFile(folder.path("a")).write([1].span, at: 0)
                }
            } == """
                @/a.part: error[file.disk-full]: the disk is full
                  hint: free some space or choose another folder, then run again
                """
        )
    }

    @Test func `a file that another process has begun or completed is resumed, and completed again`() throws {
        try OutputFile(folder.path("x/a")).write(Array("abcdef".utf8).span, at: 0)
        let second = OutputFile(folder.path("x/a"))
        try second.write(Array("XY".utf8).span, at: 3)
        let first = try second.complete(upTo: 5, records: 1)
        for file in [second, OutputFile(folder.path("x/a"))] {
            let again = try file.complete(upTo: 5, records: 1)
            #expect((again.temporaryPath, again.bytes) == (first.temporaryPath, 5))
            #expect(try folder.text(of: "x/a.part") == "abcXY")
        }
    }

    @Test func `a file that has lost bytes is not completed with zeros`() throws {
        try folder.write("abc", to: "a.part")
        #expect(
            message { _ = try OutputFile(folder.path("a")).complete(upTo: 5, records: 1) }
                == "@/a.part: error[file.shorter]: the file has 3 bytes, and 5 were written: another program has changed it"
        )
        #expect(message { try FileSystem.truncate(folder.path("a.part"), to: 4) }.contains("[file.shorter]"))
        #expect(try folder.text(of: "a.part") == "abc")
    }

    @Test func `a file is cut, and its size and time are reported`() throws {
        try folder.write("abcdef", to: "a")
        try FileSystem.truncate(folder.path("a"), to: 2)
        try FileSystem.sync(folder.path("a"))
        #expect(try folder.text(of: "a") == "ab")
        #expect(FileSystem.size(of: folder.path("a")) == 2)
        #expect(setTime(of: folder.path("a"), seconds: 1_700_000_000, nanoseconds: 123_456_789) == 0)
        #expect(FileSystem.modified(folder.path("a")) == 1_700_000_000_123_456_789)
        for path in [folder.path, folder.path("none")] {
            #expect(FileSystem.size(of: path) == nil && FileSystem.modified(path) == nil)
        }
        let missing = "@/none: error[file.missing]: there is no such file or folder"
        #expect(message { try FileSystem.sync(folder.path("none")) } == missing)
        #expect(message { try FileSystem.truncate(folder.path("none"), to: 0) } == missing)
        #expect(message { try FileSystem.copy(folder.path("none"), to: folder.path("b")) } == missing)
    }

    /// Sets the time of the last change as four numbers: the fields of `timespec` have no name that may be imported.
    private func setTime(of path: String, seconds: Int, nanoseconds: Int) -> Int32 {
        [0, 0, seconds, nanoseconds].withUnsafeBytes { times in
            utimensat(AT_FDCWD, path, times.baseAddress?.assumingMemoryBound(to: timespec.self), 0)
        }
    }

    @Test(arguments: Extremes.integers)
    func `a file may have been changed at any time`(seconds: Int64) throws {
        let folder = try TemporaryFolder()
        try folder.write("x", to: "a")
        // What the file system does not take, it makes another time of.
        _ = setTime(of: folder.path("a"), seconds: Int(seconds), nanoseconds: 999_999_999)
        #expect(FileSystem.modified(folder.path("a")) != nil)
    }

    @Test(arguments: [0, 1, 262_144, 262_145])
    func `a copy is complete, and replaces what was there`(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try folder.write(bytes, to: "a")
        try folder.write("somebody else's", to: "x/b.copy")
        try folder.write("what was there", to: "x/b")
        try FileSystem.copy(folder.path("a"), to: folder.path("x/b"))
        #expect(try folder.bytes(of: "x/b") == bytes)
        #expect(folder.files == ["a", "x/b", "x/b.copy"])
        #expect(try folder.text(of: "x/b.copy") == "somebody else's")
    }

    // Folders and names

    @Test func `names in a folder come sorted by their bytes`() throws {
        for name in ["b", "a", "Z", "ä", ".hidden", "c/d"] { try folder.write("", to: name) }
        #expect(try FileSystem.names(in: folder.path) == [".hidden", "Z", "a", "b", "c", "ä"])
        #expect(FileSystem.isFolder(folder.path("c")) && !FileSystem.isFolder(folder.path("a")))
        #expect(FileSystem.exists(folder.path("c/d")) && !FileSystem.exists(folder.path("c/e")))
        #expect(
            message { _ = try FileSystem.names(in: folder.path("none")) }
                == "@/none: error[file.missing]: there is no such file or folder"
        )
    }

    @Test func `a second name is given where there is a file`() throws {
        try folder.write("abc", to: "a")
        #expect(FileSystem.link(folder.path("a"), as: folder.path("b")))
        #expect(!FileSystem.link(folder.path("none"), as: folder.path("c")))
        FileSystem.remove(folder.path("a"))
        #expect(try folder.text(of: "b") == "abc")
    }

    @Test func `a temporary folder takes links away and not what they lead to`() throws {
        try folder.write("abc", to: "kept/a")
        do {
            let other = try TemporaryFolder()
            #expect(symlink(folder.path("kept"), other.path("link")) == 0)
        }
        #expect(folder.files == ["kept/a"])
    }
}
