import Diagnostics
import Platform
import PluginKit
import PluginTestKit
import Testing

/// Every durable step of files can be seen, refused and cut short.
@Suite struct FaultTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func steps(_ body: () throws -> Void) rethrows -> [String] {
        let faults = RecordedSteps()
        try Faults.$current.withValue(faults, operation: body)
        return faults.words(in: folder.path)
    }

    private func sides(_ steps: String...) -> [String] { steps.flatMap { ["before \($0)", "after \($0)"] } }

    @Test func `a file's way to its name is seen step by step`() throws {
        let steps = try steps {
            let file = OutputFile(folder.path("x/a"))
            try file.write([1, 2, 3].span, at: 0)
            let nothing: [UInt8] = []
            try file.write(nothing.span, at: 3)
            let pending = try file.complete(upTo: 2, records: 1)
            #expect(FileSystem.link(pending.temporaryPath, as: folder.path("x/b")))
            try FileSystem.rename(pending.temporaryPath, to: pending.path)
            try FileSystem.syncFolder(of: pending.path)
            FileSystem.remove(folder.path("x/b"))
        }
        let expected = sides(
            "create @/x",
            "sync @",
            "create @/x/a.part",
            "write @/x/a.part",
            "cut @/x/a.part",
            "sync @/x/a.part",
            "sync @/x",
            "create @/x/b",
            "rename @/x/a",
            "sync @/x",
            "remove @/x/b"
        )
        #expect(steps == expected)
    }

    @Test func `a file that is resumed is not created, and one of the right length is not cut`() throws {
        try folder.write("abc", to: "a.part")
        let steps = try steps {
            let file = OutputFile(folder.path("a"))
            _ = try file.complete(upTo: 3, records: 1)
            try FileSystem.truncate(folder.path("a.part"), to: 3)
            try FileSystem.truncate(folder.path("a.part"), to: 1)
            try FileSystem.sync(folder.path("a.part"))
            file.discard()
        }
        let expected = sides("sync @/a.part", "sync @", "cut @/a.part", "sync @/a.part", "remove @/a.part")
        #expect(steps == expected)
    }

    @Test func `a copy is written, synced and renamed`() throws {
        try folder.write("abc", to: "a")
        let steps = try steps { try FileSystem.copy(folder.path("a"), to: folder.path("b")) }
            .map { $0.replacing(/\.b\.\d+-\d+\.part/, with: ".b.part") }
        let expected = sides("create @/.b.part", "write @/.b.part", "sync @/.b.part", "rename @/b")
        #expect(steps == expected)
        #expect(try folder.text(of: "b") == "abc")
    }

    @Test func `a name and a rename say which name the file had`() throws {
        try folder.write("abc", to: "a")
        let faults = RecordedSteps()
        try Faults.$current.withValue(faults) {
            _ = FileSystem.link(folder.path("a"), as: folder.path("b"))
            try FileSystem.rename(folder.path("b"), to: folder.path("c"))
            FileSystem.remove(folder.path("c"))
        }
        #expect(faults.steps.map(\.origin) == ["a", "a", "b", "b", nil, nil].map { $0.map(folder.path) })
    }

    /// What can be refused, and what has to be there first.
    struct Act: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let step: DurableStep.Act
        let files: [String]
        let body: @Sendable (TemporaryFolder) throws -> Void

        init(
            _ name: String,
            _ step: DurableStep.Act,
            _ files: [String] = ["a"],
            _ body: @escaping @Sendable (TemporaryFolder) throws -> Void
        ) {
            testDescription = name
            self.step = step
            self.files = files
            self.body = body
        }
    }

    static let acts = [
        Act("create a file", .create, []) { try OutputFile($0.path("a")).write([1].span, at: 0) },
        Act("write", .write, ["a.part"]) { try OutputFile($0.path("a")).write([1].span, at: 0) },
        Act("cut a file that is written", .cut, ["a.part"]) {
            _ = try OutputFile($0.path("a")).complete(upTo: 1, records: 0)
        },
        Act("sync a file that is written", .sync, ["a.part"]) {
            _ = try OutputFile($0.path("a")).complete(upTo: 3, records: 0)
        },
        Act("create a folder", .create, []) { try FileSystem.createFolder(around: $0.path("sub/a")) },
        Act("rename", .rename) { try FileSystem.rename($0.path("a"), to: $0.path("b")) },
        Act("sync a folder", .sync) { try FileSystem.syncFolder(of: $0.path("a")) },
        Act("sync", .sync) { try FileSystem.sync($0.path("a")) },
        Act("cut", .cut) { try FileSystem.truncate($0.path("a"), to: 1) },
        Act("copy", .write) { try FileSystem.copy($0.path("a"), to: $0.path("b")) },
    ]

    @Test(arguments: acts, DurableStep.Side.allCases)
    func `what a fault point throws is thrown on, as a diagnostic`(act: Act, side: DurableStep.Side) throws {
        for name in act.files { try folder.write("abc", to: name) }
        let own = Diagnostic("file.disk-full", message: "the disk is full")
        for (error, code) in [(own as any Error, "file.disk-full"), (Mishap(), "fault.injected")] {
            let inner = try TemporaryFolder()
            for name in act.files { try inner.write("abc", to: name) }
            let faults = RecordedSteps(act: { if $0.act == act.step, $0.side == side { throw error } })
            let thrown = #expect(throws: Diagnostic.self) {
                try Faults.$current.withValue(faults) { try act.body(inner) }
            }
            #expect(thrown?.code.name == code)
            #expect(thrown?.message == (code == "fault.injected" ? "a mishap" : "the disk is full"))
        }
    }

    @Test func `a step that is refused before leaves all as it was, and nobody tidies up`() throws {
        try folder.write("abc", to: "a")
        let faults = RecordedSteps(act: { _ in throw Mishap() })
        Faults.$current.withValue(faults) {
            #expect(throws: Diagnostic.self) { try FileSystem.rename(folder.path("a"), to: folder.path("b")) }
            #expect(throws: Diagnostic.self) { try FileSystem.truncate(folder.path("a"), to: 1) }
            #expect(throws: Diagnostic.self) { try FileSystem.copy(folder.path("a"), to: folder.path("b")) }
            #expect(throws: Diagnostic.self) { try OutputFile(folder.path("c")).write([1].span, at: 0) }
            #expect(!FileSystem.link(folder.path("a"), as: folder.path("b")))
            FileSystem.remove(folder.path("a"))
        }
        #expect(folder.files == ["a"])
        #expect(try folder.text(of: "a") == "abc")
    }

    @Test(arguments: [-1, 0, 1, 3, 9, 10, 99])
    func `a write that is cut short continues with the rest`(share: Int) throws {
        let bytes = Array("0123456789".utf8)
        let faults = RecordedSteps(share: { _ in share })
        let end = try Faults.$current.withValue(faults) {
            try OutputFile(folder.path("a")).write(bytes.span, at: 0)
        }
        #expect(end == 10)
        #expect(try folder.bytes(of: "a.part") == bytes)
        let piece = min(max(share, 1), 10)
        #expect(faults.steps.count { $0.act == .write } == 2 * ((10 + piece - 1) / piece))
    }

    @Test func `a write is torn by allowing a part and throwing after it`() throws {
        let faults = RecordedSteps(
            share: { _ in 4 },
            act: { if $0.act == .write, $0.side == .after { throw Mishap() } }
        )
        Faults.$current.withValue(faults) {
            #expect(throws: Diagnostic.self) {
                try OutputFile(folder.path("a")).write(Array("0123456789".utf8).span, at: 0)
            }
        }
        #expect(try folder.text(of: "a.part") == "0123")
    }
}
