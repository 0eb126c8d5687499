import PluginKit
import PluginTestKit
import Testing

/// When the files of a memory go, and what is left of them.
@Suite struct SpillFolderTests {
    private let folder: TemporaryFolder
    private let files: SpillFolder

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        files = SpillFolder(folder.path, prefix: "sort")
    }

    private func named(_ file: SpillFile) -> [UInt8] {
        var writer = StateWriter()
        file.store(to: &writer)
        return writer.bytes
    }

    @Test func `what is appended is read back`() throws {
        let file = try files.makeFile()
        #expect(try file.append([1, 2, 3].span) == 0)
        #expect(try file.append([4].span) == 3)
        #expect(file.count == 4)
        #expect(try file.read(1..<4) == [2, 3, 4])
        #expect(try file.read(4..<4) == [])
        #expect(throws: Diagnostic.self) { try file.read(2..<5) }
    }

    @Test func `the open files and their bytes are counted`() throws {
        var file: SpillFile? = try files.makeFile()
        try file?.append([1, 2, 3].span)
        let other = try files.makeFile()
        try other.append([4].span)
        #expect(files.usage == (2, 4))
        file = nil
        #expect(files.usage == (1, 1))
    }

    @Test func `a file that nothing refers to goes, unless a checkpoint names it`() throws {
        var file: SpillFile? = try files.makeFile()
        #expect(folder.files == ["sort-1"])
        file = nil
        #expect(folder.files == [])
        file = try files.makeFile()
        try file?.append([1].span)
        _ = file.map(named)
        #expect(files.takeNoted().map(\.bytes) == [1])
        // The checkpoint is about to be stored.
        file = nil
        #expect(folder.files == ["sort-2"])
        files.checkpointIsStored()
        #expect(folder.files == ["sort-2"])
        // The next one does not name it; until it is stored, the one before counts.
        #expect(files.takeNoted().isEmpty)
        #expect(folder.files == ["sort-2"])
        files.checkpointIsStored()
        #expect(folder.files == [])
    }

    @Test func `a checkpoint that is stored while the next one is taken keeps its files`() throws {
        var file: SpillFile? = try files.makeFile()
        _ = file.map(named)
        _ = files.takeNoted()
        file = nil
        // The next one is taken before the first is stored, and does not name the file.
        #expect(files.takeNoted().isEmpty)
        files.checkpointIsStored()
        #expect(folder.files == ["sort-1"])
        files.checkpointIsStored()
        #expect(folder.files == [])
    }

    @Test func `a file is restored with the bytes that were named, and no name is used again`() throws {
        let bytes: [UInt8]
        do {
            let file = try files.makeFile()
            try file.append([1, 2].span)
            bytes = named(file)
            _ = files.takeNoted()
            try file.append([3].span)
        }
        let other = SpillFolder(folder.path, prefix: "sort")
        var reader = StateReader(bytes)
        let file = try other.restore(from: &reader)
        #expect(reader.isAtEnd)
        #expect(file.count == 2)
        #expect(other.files.map(\.bytes) == [2])
        #expect(try file.append([9].span) == 2)
        #expect(try file.read(0..<3) == [1, 2, 9])
        #expect(try other.makeFile().append([1].span) == 0)
    }

    @Test(arguments: ["gone", "cut", "another stage's"])
    func `a file that is not there as it was is refused`(what: String) throws {
        let file = try files.makeFile()
        try file.append([1, 2].span)
        var reader = StateReader(named(file))
        if what == "gone" { FileSystem.remove(folder.path("sort-1")) }
        if what == "cut" { try FileSystem.truncate(folder.path("sort-1"), to: 1) }
        let other = SpillFolder(folder.path, prefix: what == "another stage's" ? "top" : "sort")
        let failure = #expect(throws: Diagnostic.self) { try other.restore(from: &reader) }
        #expect(failure?.code == ["gone": "file.missing", "cut": "file.shorter"][what] ?? "checkpoint.state")
    }

    @Test func `a full disk is an error, and leaves what was there`() throws {
        let file = try files.makeFile()
        try file.append([1].span)
        let disk = try SimulatedDisk(script: [0: .fail(Diagnostic("file.disk-full", message: "full"))])
        let failure = Faults.$current.withValue(disk) {
            #expect(throws: Diagnostic.self) { try file.append([2].span) }
        }
        #expect(failure?.code == "file.disk-full")
        #expect(file.count == 1)
        #expect(try file.read(0..<1) == [1])
    }

    @Test func `a folder for temporary files that is not there is an error, and is not created`() throws {
        let files = SpillFolder(temporary: folder.path("gone"))
        let failure = #expect(throws: Diagnostic.self) { try files.makeFile() }
        #expect(
            failure?.rendered().replacing(folder.path, with: "@") == """
                @/gone: error[file.missing]: there is no folder for temporary files
                  hint: create it, or set TMPDIR to a folder that exists
                """
        )
        #expect(!FileSystem.exists(folder.path("gone")))
    }

    @Test func `files of a run without a state have no names`() throws {
        let files = SpillFolder(temporary: folder.path)
        let file = try files.makeFile()
        try file.append([7].span)
        #expect(try file.read(0..<1) == [7])
        #expect(folder.files == [])
    }
}
