import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.crash)) struct SimulatedDiskTests {
    private let folder: TemporaryFolder
    private static let seeds: Range<UInt64> = 0..<60

    init() throws { folder = try TemporaryFolder(.inMemory) }

    /// Writes three bytes, and three more.
    private func write(_ file: OutputFile) throws {
        try file.write(Array("abc".utf8).span, at: 0)
        try file.write(Array("def".utf8).span, at: 3)
    }

    /// What may be in a folder after some steps and a power cut, tried with each seed.
    private func remains(
        prepare: (TemporaryFolder) throws -> Void = { _ in },
        _ body: (TemporaryFolder) throws -> Void
    ) throws -> Set<[String: String]> {
        var seen: Set<[String: String]> = []
        for seed in Self.seeds {
            let folder = try TemporaryFolder(.inMemory)
            try prepare(folder)
            let disk = try SimulatedDisk()
            try Faults.$current.withValue(disk) { try body(folder) }
            try disk.losePower(seed: seed)
            seen.insert(try FolderContents(of: folder).files.mapValues { String(decoding: $0, as: UTF8.self) })
        }
        return seen
    }

    @Test func `steps are written down, and counted from each start`() throws {
        let disk = try SimulatedDisk()
        try Faults.$current.withValue(disk) { try write(OutputFile(folder.path("a"))) }
        let steps = ["create", "write", "write"].flatMap { ["before \($0)", "after \($0)"] }
        #expect(disk.steps.map(\.description) == steps.map { "\($0) \(folder.path("a.part"))" })
        disk.restart()
        #expect(disk.steps.isEmpty)
    }

    @Test(arguments: 0..<6)
    func `after a power cut no step is made`(number: Int) throws {
        let disk = try SimulatedDisk(script: [number: .stop])
        let file = OutputFile(folder.path("a"))
        Faults.$current.withValue(disk) {
            let error = #expect(throws: Diagnostic.self) { try write(file) }
            #expect(error.map(PowerCut.isCause(of:)) == true)
            #expect(throws: Diagnostic.self) { try write(file) }
            file.discard()
        }
        #expect(disk.isCut && disk.steps.count == number + 1)
        let left = try FolderContents(of: folder).files.mapValues(\.count)
        #expect(left == [[:], ["a.part": 0], ["a.part": 0], ["a.part": 3], ["a.part": 3], ["a.part": 6]][number])
        disk.restart()
        try Faults.$current.withValue(disk) { try write(file) }
        #expect(try folder.text(of: "a.part") == "abcdef")
    }

    @Test func `a step that fails is the only one`() throws {
        let full = Diagnostic("file.disk-full", message: "the disk is full")
        let disk = try SimulatedDisk(script: [4: .fail(full)])
        let file = OutputFile(folder.path("a"))
        try Faults.$current.withValue(disk) {
            let error = #expect(throws: Diagnostic.self) { try write(file) }
            #expect(error?.code == "file.disk-full")
            #expect(error.map(PowerCut.isCause(of:)) == false)
            try write(file)
        }
        #expect(!disk.isCut)
    }

    @Test func `a torn write is made in part`() throws {
        let disk = try SimulatedDisk(script: [4: .tear])
        Faults.$current.withValue(disk) {
            let error = #expect(throws: Diagnostic.self) { try write(OutputFile(folder.path("a"))) }
            #expect(error.map(PowerCut.isCause(of:)) == true)
        }
        #expect(disk.isCut)
        #expect(["abcd", "abcde"].contains(try folder.text(of: "a.part")))
    }

    @Test func `a power cut is known for one in whatever it is wrapped`() {
        #expect(PowerCut.isCause(of: PowerCut()))
        let wrapped = Diagnostic("fault.injected", message: "the power was cut")
        #expect(PowerCut.isCause(of: wrapped))
        #expect(PowerCut.isCause(of: DiagnosticList([Diagnostic("a.b", message: "c"), wrapped])))
        #expect(!PowerCut.isCause(of: Diagnostic("fault.injected", message: "a mishap")))
        #expect(!PowerCut.isCause(of: CancellationError()))
    }

    @Test func `the same seed loses the same`() throws {
        func lost(_ seed: UInt64) throws -> ([String], FolderContents) {
            let folder = try TemporaryFolder(.inMemory)
            let disk = try SimulatedDisk()
            try Faults.$current.withValue(disk) {
                for name in ["a", "b", "c", "d"] { try write(OutputFile(folder.path(name))) }
            }
            let lines = try disk.losePower(seed: seed).map { $0.replacing(folder.path, with: "@") }
            return (lines, try FolderContents(of: folder))
        }
        #expect(try lost(3) == lost(3))
        #expect(try Set((0..<20).map { try lost($0).1 }).count > 10)
    }

    // Bytes

    @Test func `bytes that were not synced may be there, or not, or be zeros`() throws {
        let texts = try remains(prepare: { try $0.write("abc", to: "a.part") }) { folder in
            try OutputFile(folder.path("a")).write(Array("def".utf8).span, at: 3)
        }
        let zero = "\u{0}"
        let possible: Set = [
            "abc", "abcd", "abcde", "abcdef",
            "abc\(zero)ef", "abc\(zero)\(zero)f", "abc\(zero)\(zero)\(zero)", "abcd\(zero)f", "abcd\(zero)\(zero)",
            "abcde\(zero)",
        ]
        let seen = Set(texts.compactMap { $0["a.part"] })
        #expect(seen.isSubset(of: possible))
        #expect(seen.isSuperset(of: ["abc", "abcd", "abcde", "abcdef"]))
        #expect(seen.contains { $0.contains(zero) })
    }

    @Test func `bytes that were written over may be the earlier ones`() throws {
        let texts = try remains(prepare: { try $0.write("abcdef", to: "a.part") }) { folder in
            let file = OutputFile(folder.path("a"))
            try file.write(Array("XY".utf8).span, at: 3)
            try file.write(Array("W".utf8).span, at: 2)
        }
        let seen = Set(texts.compactMap { $0["a.part"] })
        #expect(seen.isSubset(of: ["abcdef", "abWdef", "abWXef", "abWXYf", "abcXYf", "abcdYf", "abWdYf"]))
        #expect(seen.isSuperset(of: ["abcdef", "abWXYf"]))
    }

    @Test func `a file that was cut may be long again until it is synced`() throws {
        func remains(synced: Bool) throws -> Set<String> {
            let texts = try self.remains(prepare: { try $0.write("abcdef", to: "a") }) { folder in
                try FileSystem.truncate(folder.path("a"), to: 2)
                if synced { try FileSystem.sync(folder.path("a")) }
            }
            return Set(texts.compactMap { $0["a"] })
        }
        #expect(try remains(synced: false) == ["ab", "abcdef"])
        #expect(try remains(synced: true) == ["ab"])
    }

    @Test func `what was synced stays`() throws {
        let texts = try remains { folder in
            let file = OutputFile(folder.path("a"))
            try write(file)
            _ = try file.complete(upTo: 5, records: 1)
        }
        #expect(texts == [["a.part": "abcde"]])
    }

    @Test func `what one power cut left is what the next one finds`() throws {
        for seed in Self.seeds {
            let disk = try SimulatedDisk()
            try Faults.$current.withValue(disk) { try write(OutputFile(folder.path("\(seed)"))) }
            try disk.losePower(seed: seed)
            let left = try FolderContents(of: folder)
            disk.restart()
            try #expect(disk.losePower(seed: seed + 1) == [])
            #expect(try FolderContents(of: folder) == left)
        }
    }

    // Names

    @Test func `a new file whose folder was not synced may be gone`() throws {
        func remains(synced: Bool) throws -> Set<[String]> {
            let texts = try self.remains { folder in
                try write(OutputFile(folder.path("x/a")))
                try FileSystem.sync(folder.path("x/a.part"))
                if synced { try FileSystem.syncFolder(of: folder.path("x/a.part")) }
            }
            return Set(texts.map { $0.map { "\($0.key) \($0.value)" } })
        }
        #expect(try remains(synced: false) == [[], ["x/a.part abcdef"]])
        #expect(try remains(synced: true) == [["x/a.part abcdef"]])
    }

    @Test func `a rename whose folder was not synced may not have been`() throws {
        func remains(synced: Bool) throws -> Set<[String: String]> {
            try self.remains(prepare: {
                try $0.write("old", to: "a")
                try $0.write("new", to: "a.part")
            }) { folder in
                try FileSystem.rename(folder.path("a.part"), to: folder.path("a"))
                if synced { try FileSystem.syncFolder(of: folder.path("a")) }
            }
        }
        #expect(try remains(synced: false) == [["a": "new"], ["a": "old", "a.part": "new"]])
        #expect(try remains(synced: true) == [["a": "new"]])
    }

    @Test func `a removal may not have been, and a second name may be gone`() throws {
        let texts = try remains(prepare: { try $0.write("abc", to: "a") }) { folder in
            #expect(FileSystem.link(folder.path("a"), as: folder.path("b")))
            FileSystem.remove(folder.path("a"))
            FileSystem.remove(folder.path("none"))
        }
        #expect(texts == [["a": "abc", "b": "abc"], ["a": "abc"], ["b": "abc"], [:]])
    }

    @Test func `a name never outlives the one that it was made from`() throws {
        let texts = try remains(prepare: { try $0.write("old", to: "a") }) { folder in
            try OutputFile(folder.path("a")).write(Array("new".utf8).span, at: 0)
            try FileSystem.sync(folder.path("a.part"))
            try FileSystem.rename(folder.path("a.part"), to: folder.path("a"))
        }
        #expect(texts == [["a": "old"], ["a": "old", "a.part": "new"], ["a": "new"]])
    }

    @Test func `the database of the state syncs itself, and is left alone`() throws {
        let texts = try remains { folder in
            try OutputFile(folder.path("state.db"), suffix: "").write(Array("abc".utf8).span, at: 0)
            try OutputFile(folder.path("state.db-wal"), suffix: "").write(Array("abc".utf8).span, at: 0)
        }
        #expect(texts == [["state.db": "abc", "state.db-wal": "abc"]])
    }
}
