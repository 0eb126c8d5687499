import Diagnostics
import PluginKit
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.crash)) struct CrashMatrixTests {
    /// What a program may forget.
    enum Flaw: CaseIterable {
        case syncsNoBytes
        case writesUnderFinalName
        case appends
        case neverEnds
    }

    /// Writes two files, and says that it is done by a third one.
    private static func program(_ flaw: Flaw? = nil) -> CrashMatrix<FolderContents> {
        CrashMatrix(
            prepare: { try $0.write("old", to: "a") },
            run: { folder, _ in
                if FileSystem.exists(folder.path("done")) { return }
                for name in ["a", "b", "done"] { try write(name, in: folder, flaw) }
            },
            outcome: { try FolderContents(of: $0) }
        )
    }

    private static func write(_ name: String, in folder: TemporaryFolder, _ flaw: Flaw?) throws {
        let file = OutputFile(folder.path(name), suffix: flaw == .writesUnderFinalName ? "" : ".part")
        if flaw == .neverEnds, FileSystem.exists(file.temporaryPath) {
            throw Diagnostic("test.stuck", message: "a file is there")
        }
        var end = flaw == .appends ? FileSystem.size(of: file.temporaryPath) ?? 0 : 0
        for line in ["first\n", "second\n"] { end = try file.write(Array(line.utf8).span, at: end) }
        if flaw != .syncsNoBytes { _ = try file.complete(upTo: end, records: 2) }
        if flaw != .writesUnderFinalName { try FileSystem.rename(file.temporaryPath, to: file.path) }
        try FileSystem.syncFolder(of: file.path)
    }

    @Test func `a program that does everything in the right order comes to its end after any power cut`() async throws {
        let matrix = Self.program()
        let (steps, outcome) = try await matrix.rehearse()
        #expect(outcome.files.keys.sorted() == ["a", "b", "done"])
        // Create, two writes, two syncs, rename and sync; and each of the writes can be torn.
        #expect(steps.count == 3 * 2 * 7)
        #expect(try await matrix.verify(seeds: 0..<3) == (42 + 6) * 3)
        #expect(try await matrix.verify(seeds: 0..<3, cuts: 3) == (42 + 6) * 3)
        #expect(try await matrix.verify([.stop]) { $0.act == .rename } == 6)
    }

    @Test func `a program that does everything in the right order gets over any failure`() async throws {
        let full = Diagnostic("file.disk-full", message: "the disk is full")
        #expect(try await Self.program().verify([.fail(full)]) == 42)
    }

    @Test(arguments: [Flaw.syncsNoBytes, .appends])
    func `a program that omits something is found`(flaw: Flaw) async throws {
        let error = await #expect(throws: CrashFailure.self) {
            try await Self.program(flaw).verify(seeds: 0..<10)
        }
        #expect(error?.description.contains("outcome of an undisturbed run:\na: 13 bytes") == true)
    }

    @Test func `a program that does not get over a power cut is found`() async throws {
        let error = await #expect(throws: CrashFailure.self) { try await Self.program(.neverEnds).verify(seeds: 0..<5) }
        #expect(error?.detail.hasPrefix("the run does not end: error[test.stuck]: a file is there") == true)
    }

    @Test func `a failure of the undisturbed run is reported as it is`() async throws {
        let matrix = CrashMatrix(
            run: { _, _ in throw Diagnostic("test.broken", message: "it is broken") },
            outcome: { _ in 0 }
        )
        let error = await #expect(throws: Diagnostic.self) { try await matrix.verify() }
        #expect(error?.code == "test.broken")
    }
}
