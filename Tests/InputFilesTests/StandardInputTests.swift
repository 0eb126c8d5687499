import Glibc
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import InputFiles

/// Standard input, copied to a file or read as it comes.
@Suite struct StandardInputTests {
    private let folder: TemporaryFolder
    private let log = StageLog()

    init() throws { folder = try TemporaryFolder(.inMemory) }

    /// A pipe with bytes, closed after them.
    private static func pipe(_ text: String, isClosed: Bool = true) throws -> (input: StandardInput, end: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw SystemFailure.last.diagnostic("read", at: "pipe") }
        _ = text.withCString { write(ends[1], $0, strlen($0)) }
        if isClosed { close(ends[1]) }
        return (StandardInput(descriptor: ends[0]), ends[1])
    }

    private func context(stage: String = "in", run: String = "1", state: Bool = true) -> StageContext {
        StageContext(
            stage: stage,
            run: RunIdentity(pipeline: "films", id: run, date: "2026-01-02", time: "030405"),
            log: log,
            shared: SharedObjects(),
            stateFolder: state ? folder.path("state") : nil
        )
    }

    private func files(_ input: StandardInput, context: StageContext, spools: Bool = true) throws -> InputFiles {
        try InputFiles(InputPatterns([try InputPattern("-")]), in: context, spools: spools, input: input)
    }

    @Test(arguments: [true, false])
    func `a copy is made once, and read as often as needed`(hasState: Bool) async throws {
        let (input, _) = try Self.pipe("a,b\n1,2\n")
        let files = try files(input, context: context(state: hasState))
        let entry = try await files.entries()[0]
        #expect(entry.name == "standard input")
        #expect(entry.size == 8)
        for offset in [0, 4, 8] {
            #expect(try await files.all(of: entry, from: offset) == Array("a,b\n1,2\n".utf8.dropFirst(offset)))
        }
        #expect(folder.files == (hasState ? ["state/spill/films/in-1.input"] : []))
        #expect(await files.fingerprint == nil)
    }

    @Test(arguments: [true, false])
    func `another plan of the same process takes the copy over`(hasState: Bool) async throws {
        let (input, _) = try Self.pipe("text")
        _ = try await files(input, context: context(state: hasState)).entries()
        let second = try files(input, context: context(run: "2", state: hasState))
        #expect(try await second.all(of: try await second.entries()[0]) == Array("text".utf8))
        #expect(folder.files == (hasState ? ["state/spill/films/in-2.input"] : []))
    }

    @Test func `the process that resumes a run reads its copy, and warns of what it leaves unread`() async throws {
        _ = try await files(try Self.pipe("yesterday").input, context: context()).entries()
        let (input, _) = try Self.pipe("today")
        let resumed = try files(input, context: context())
        #expect(try await resumed.all(of: try await resumed.entries()[0], from: 3) == Array("terday".utf8))
        #expect(log.all.map(\.code) == ["input.not-read"])
        // A new run reads what is new.
        let next = try files(input, context: context(run: "2"))
        #expect(try await next.all(of: try await next.entries()[0]) == Array("today".utf8))
    }

    @Test(arguments: ["resumed", "looked at", "planned before"])
    func `other input does not take the place of a lost copy`(how: String) async throws {
        let (input, _) = try Self.pipe("other input")
        if how == "planned before" { _ = try await files(input, context: context(run: "2")).entries() }
        let resumed = try files(input, context: context())
        // The source looks for its columns before it reads a page.
        if how == "looked at" { _ = try await resumed.all(of: try await resumed.entries()[0]) }
        let request = ReadRequest(Schema([]))
        for _ in 1...2 {
            let error = await #expect(throws: Diagnostic.self) {
                try await resumed.entries(for: request, isStart: false)
            }
            #expect(error?.code == "input.spool-lost")
            // No later process takes it for the copy of the run.
            #expect(folder.files == [])
        }
    }

    @Test(arguments: [true, false])
    func `a run continues with the copy that it has begun`(isSameProcess: Bool) async throws {
        let (input, _) = try Self.pipe("text")
        let request = ReadRequest(Schema([]))
        let begun = try files(input, context: context())
        _ = try await begun.entries(for: request, isStart: true)
        _ = try await begun.entries(for: request, isStart: false)
        let other = isSameProcess ? input : try Self.pipe("").input
        let resumed = try files(other, context: context())
        let entry = try await resumed.entries(for: request, isStart: false)[0]
        #expect(try await resumed.all(of: entry, from: 2) == Array("xt".utf8))
    }

    /// A source looks at its columns when a plan is made, before it is known that an earlier run continues.
    @Test(arguments: ["", "today"])
    func `a resumed run reads its own copy, not what a plan has copied for a new one`(text: String) async throws {
        _ = try await files(try Self.pipe("yesterday").input, context: context()).entries()
        let (input, _) = try Self.pipe(text)
        _ = try await files(input, context: context(run: "2")).entries()
        let resumed = try files(input, context: context())
        let entry = try await resumed.entries(for: ReadRequest(Schema([])), isStart: false)[0]
        #expect(try await resumed.all(of: entry, from: 3) == Array("terday".utf8))
        #expect(log.all.map(\.code) == (text.isEmpty ? [] : ["input.not-read"]))
        #expect(folder.files == ["state/spill/films/in-1.input"])
    }

    @Test func `what a plan has copied is not replaced by nothing when it was removed`() async throws {
        let (input, _) = try Self.pipe("text")
        _ = try await files(input, context: context(run: "2")).entries()
        for name in folder.files { FileSystem.remove(folder.path(name)) }
        let resumed = try files(input, context: context())
        let error = await #expect(throws: Diagnostic.self) { try await resumed.entries() }
        #expect(error?.code == "input.spool-lost")
    }

    @Test func `a copy that was cut off is made anew`() async throws {
        try folder.write("half", to: "state/spill/films/in-1.input.part")
        let files = try files(try Self.pipe("the whole").input, context: context())
        #expect(try await files.all(of: try await files.entries()[0]) == Array("the whole".utf8))
        #expect(folder.files == ["state/spill/films/in-1.input"])
    }

    @Test func `one source of a job reads it`() throws {
        let (input, _) = try Self.pipe("text")
        let shared = SharedObjects()
        func files(stage: String) throws {
            let context = StageContext(
                stage: stage,
                run: RunIdentity(pipeline: "films", id: "1", date: "2026-01-02", time: "030405"),
                shared: shared
            )
            _ = try InputFiles(InputPatterns([try InputPattern("-")]), in: context, input: input)
        }
        try files(stage: "one")
        try files(stage: "one")
        let error = #expect(throws: Diagnostic.self) { try files(stage: "two") }
        #expect(error?.message == "only one source can read standard input, and 'one' of the pipeline 'films' does")
        #expect(error?.code == "input.taken")
    }

    @Test func `without a copy it is read as it comes, and the run cannot be resumed`() async throws {
        let (input, end) = try Self.pipe("a", isClosed: false)
        let files = try files(input, context: context(), spools: false)
        let entry = try await files.entries()[0]
        async let all = files.all(of: entry)
        _ = write(end, "bc", 2)
        close(end)
        #expect(try await all == Array("abc".utf8))
        // What was read last can be read again.
        #expect(try await files.all(of: entry, from: 1) == Array("bc".utf8))
        #expect(await files.fingerprint?.hasPrefix("process ") == true)
        #expect(folder.files == [])
    }

    @Test func `what is long past cannot be read again without a copy`() async throws {
        let (input, end) = try Self.pipe("", isClosed: false)
        let files = try files(input, context: context(), spools: false)
        let entry = try await files.entries()[0]
        let piece = [UInt8](repeating: 65, count: 256 << 10)
        let pieces = 3 * StreamStore.heldBytes / piece.count
        async let writing: Void = OwnWriter.write(piece, times: pieces, to: end)
        #expect(try await files.open(entry).all(pieces: 1 << 20).count == pieces * piece.count)
        await writing
        let error = await #expect(throws: Diagnostic.self) { try await files.open(entry) }
        #expect(error?.code == "input.read-once")
    }

    @Test(arguments: [true, false])
    func `waiting for input ends when the run is stopped`(spools: Bool) async throws {
        let (input, end) = try Self.pipe("a", isClosed: false)
        defer { close(end) }
        let files = try files(input, context: context(), spools: spools)
        let task = Task { try await files.all(of: try await files.entries()[0]) }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(folder.files == [])
    }

    @Test func `stopped at any step, a copy is whole or made anew`() async throws {
        let matrix = CrashMatrix(
            run: { folder, _ in
                let context = StageContext(
                    stage: "in",
                    run: RunIdentity(pipeline: "films", id: "1", date: "2026-01-02", time: "030405"),
                    stateFolder: folder.path
                )
                let files = try InputFiles(
                    InputPatterns([try InputPattern("-")]),
                    in: context,
                    input: try Self.pipe("a,b\n1,2\n").input
                )
                _ = try await files.all(of: try await files.entries()[0])
            },
            outcome: { try FolderContents(of: $0) { $0.hasSuffix(".input") } }
        )
        #expect(try await matrix.verify() > 10)
    }

    @Test func `a step that fails leaves no copy`() async throws {
        let (input, _) = try Self.pipe("text")
        let files = try files(input, context: context())
        await #expect(throws: Diagnostic.self) {
            try await Faults.$current.withValue(FailingRename()) { _ = try await files.entries() }
        }
        #expect(folder.files == ["state/spill/films/in-1.input.part"])
    }
}

private struct FailingRename: FaultPoint {
    func reach(_ step: DurableStep) throws { if step.act == .rename { throw Diagnostic("test.fault", message: "no") } }
}

private enum OwnWriter {
    static func write(_ bytes: [UInt8], times: Int, to descriptor: Int32) async {
        try? await onOwnThread {
            for _ in 0..<times {
                var done = 0
                while done < bytes.count {
                    let wrote = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                    guard wrote > 0 else { break }
                    done += wrote
                }
            }
            close(descriptor)
        }
    }
}
