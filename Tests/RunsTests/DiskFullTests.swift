import Diagnostics
import Runs
import PluginKit
import PluginTestKit
import Testing
import TestPipelines

/// The disk is full at any durable step: what the report says is what lies on the disk, and the next start comes to the same
/// end.
@Suite struct DiskFullTests {
    /// For how long the disk has no room, and for what.
    struct Trouble: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// How many steps fail in a row.
        let length: Int
        var acts: Set<DurableStep.Act> = Set(DurableStep.Act.allCases)
    }

    static let troubles = [
        Trouble(testDescription: "one step", length: 1),
        Trouble(testDescription: "two steps", length: 2),
        Trouble(testDescription: "five steps", length: 5),
        Trouble(testDescription: "every step from there on", length: .max),
        Trouble(
            testDescription: "whatever needs room, from there on",
            length: .max,
            acts: [.create, .write, .sync, .commit]
        ),
        Trouble(testDescription: "every transaction from there on", length: .max, acts: [.commit]),
        Trouble(testDescription: "every rename and transaction from there on", length: .max, acts: [.commit, .rename]),
    ]

    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
    }

    /// Two files, one of which is there from an earlier run, and rejected records that are kept.
    private static let base = """
        name = "full"
        [run]
        checkpoint_every = 2
        workers = 1
        on_reject = { limit = 100, keep = "@/out/rejects.jsonl" }
        [[source]]
        use = "numbers"
        count = 9
        page = 3
        reject = [5]
        [[transform]]
        use = "sum"
        [[sink]]
        use = "lines"
        path = "@/out/a.txt"
        on_existing = "replace"
        columns = ["n", "sum"]
        [[sink]]
        use = "lines"
        name = "deep"
        path = "@/out/deep/b.txt"
        """

    static let kinds = [
        Kind(testDescription: "with checkpoints", text: base),
        Kind(
            testDescription: "without checkpoints",
            text: base.replacing("checkpoint_every = 2", with: "checkpoint_every = \"never\"")
        ),
        Kind(testDescription: "that rejects too much", text: base.replacing("limit = 100", with: "limit = 0")),
        Kind(testDescription: "whose sums disagree", text: base + "\nlie = 1"),
        Kind(testDescription: "whose sink fails", text: base + "\nfail = \"finish\""),
    ]

    private static let names = ["out/a.txt", "out/deep/b.txt"]

    /// What lies under the final names.
    private static func published(_ folder: TemporaryFolder) throws -> [String: String] {
        try names.reduce(into: [:]) { files, name in
            if FileSystem.exists(folder.path(name)) { files[name] = try folder.text(of: name) }
        }
    }

    private static func prepared() throws -> TemporaryFolder {
        let folder = try TemporaryFolder(.inMemory)
        try folder.write("of an earlier run", to: "out/a.txt")
        return folder
    }

    /// What an undisturbed run leaves.
    private static func undisturbed(
        _ text: String,
        _ acts: Set<DurableStep.Act>
    ) async throws -> (files: [String: String], steps: Int) {
        let folder = try prepared()
        let disk = FullDisk(from: .max, length: 0, acts)
        try await Faults.$current.withValue(disk) { _ = try await Workshop(folder).runStored(text) }
        return (try published(folder), disk.count)
    }

    /// Every trouble for runs that come to their end, and the two that differ most for those that do not.
    static let cases: [(kind: Kind, trouble: Trouble)] = kinds.enumerated().flatMap { number, kind in
        (number < 2 ? troubles : [troubles[0], troubles[3]]).map { (kind, $0) }
    }

    @Test(arguments: cases)
    func `the report tells what lies on the disk, and the next start comes to the same end`(
        kind: Kind,
        trouble: Trouble
    ) async throws {
        let (expected, steps) = try await Self.undisturbed(kind.text, trouble.acts)
        #expect(steps >= 4)
        for step in 0..<steps {
            let folder = try Self.prepared()
            let workshop = Workshop(folder)
            let before = try Self.published(folder)
            let disk = FullDisk(from: step, length: trouble.length, trouble.acts)
            let report = await Faults.$current.withValue(disk) {
                try? await workshop.runStored(kind.text).report
            }
            let now = try Self.published(folder)
            let comment = Comment(
                rawValue: "\(disk.first.map { "\($0)" } ?? "nothing fails"): \(report?.ending ?? "-")"
            )
            try Self.expect(report, now, before, expected, folder, comment)
            if case .unrecorded(let problem) = report?.outcome {
                #expect(problem.code == "run.not-recorded")
                #expect(problem.message.hasPrefix("published, not recorded: "), comment)
                #expect(problem.message.hasSuffix(": the disk is full"), comment)
                // The last transaction fails once more: nothing is lost, and it is said again.
                let again = await Faults.$current.withValue(FullDisk(from: 0, length: .max, [.commit])) {
                    await #expect(throws: Diagnostic.self) { try await workshop.runStored(kind.text) }
                }
                #expect(again?.code == "run.not-recorded", comment)
                #expect(try Self.published(folder) == expected, comment)
                let status = try RunHistory(in: folder.path("state")).runs().first?.status
                #expect(status == "intended", comment)
            }
            // With room again, the next starts do what an undisturbed run does.
            let last = try await workshop.runStored(kind.text).report
            try Self.expect(last, try Self.published(folder), before, expected, folder, comment)
            #expect(try Self.published(folder) == expected, comment)
            #expect(!folder.files.contains { $0.hasSuffix(".previous") }, comment)
        }
    }

    /// Compares a report with the disk.
    private static func expect(
        _ report: RunReport?,
        _ now: [String: String],
        _ before: [String: String],
        _ expected: [String: String],
        _ folder: TemporaryFolder,
        _ comment: Comment
    ) throws {
        guard let report else {
            #expect(now == before, comment)
            return
        }
        let said = Set(report.files.map(\.path))
        switch report.standing {
        case .everything, .unrecorded:
            #expect(now == expected, comment)
            #expect(said == Set(names.map(folder.path)), comment)
        case .nothing, .later, .earlier:
            #expect(now == before, comment)
            #expect(said.isEmpty, comment)
        case .partly:
            for name in names {
                let isNew = now[name] == expected[name] && now[name] != nil
                #expect(isNew == said.contains(folder.path(name)), comment)
                #expect(isNew || now[name] == before[name], comment)
            }
            #expect(report.canBeResumed, comment)
        }
        if let kept = report.rejectFile { #expect(FileSystem.exists(kept.path), comment) }
    }

    @Test(arguments: [0, 1, 2]) func `what could not be recorded of a run that had nothing to do is reported`(
        failures: Int
    ) async throws {
        let workshop = try Workshop()
        try workshop.folder.write("a", to: "data")
        let text = """
            name = "p"
            [run]
            unchanged = "skip"
            [[source]]
            use = "shifting"
            path = "@/data"
            [[sink]]
            use = "lines"
            path = "@/out.txt"
            """
        #expect(try await workshop.runStored(text).report.ending == "published")
        let before = try workshop.folder.text(of: "out.txt")
        // The first transaction is that of the beginning; `complete` is tried twice.
        let disk = FullDisk(from: 1, length: failures, [.commit])
        let report = try await Faults.$current.withValue(disk) { try await workshop.runStored(text).report }
        if failures < 2 {
            #expect(report.ending == "nothing new")
        } else {
            let words = "there is nothing new, and that could not be recorded: the disk is full"
            #expect(report.ending.contains("error[run.not-recorded]: \(words)"))
        }
        #expect(try workshop.folder.text(of: "out.txt") == before)
        #expect(try await workshop.runStored(text).report.ending == "nothing new")
    }

    @Test func `a run that publishes no file and cannot be recorded is continued by the next start`() async throws {
        let workshop = try Workshop()
        let text = """
            name = "p"
            [run]
            checkpoint_every = 1
            [[source]]
            use = "numbers"
            count = 4
            [[sink]]
            use = "count"
            """
        let steps = FullDisk(from: .max, length: 0, [.commit])
        let first = try await Faults.$current.withValue(steps) { try await workshop.runStored(text).report }
        #expect(first.ending == "published")
        let disk = FullDisk(from: steps.count - 2, length: .max, [.commit])
        let report = try await Faults.$current.withValue(disk) { try await workshop.runStored(text).report }
        #expect(report.standing == .unrecorded)
        #expect(report.files.isEmpty)
        let again = try await workshop.runStored(text).report
        #expect(again.ending == "published")
        #expect(again.read == 4)
    }
}

/// A disk that is full for a while: steps that need room fail, and nothing of them is done.
final class FullDisk: FaultPoint {
    private struct State {
        var count = 0
        var first: DurableStep?
    }

    private let state = Locked(State())
    private let start: Int
    private let length: Int
    private let acts: Set<DurableStep.Act>

    /// A disk that is full from a step on.
    ///
    /// - Parameters:
    ///   - start: The first step that fails, counted from 0.
    ///   - length: How many steps later there is room again.
    ///   - acts: Which steps fail; others are not counted.
    init(from start: Int, length: Int, _ acts: Set<DurableStep.Act> = Set(DurableStep.Act.allCases)) {
        self.start = start
        self.length = length
        self.acts = acts
    }

    /// How many steps there were, of those that may fail.
    var count: Int { state.withLock { $0.count } }
    /// The first step that failed.
    var first: DurableStep? { state.withLock { $0.first } }

    func reach(_ step: DurableStep) throws {
        guard step.side == .before, acts.contains(step.act) else { return }
        try state.withLock { state in
            let number = state.count
            state.count += 1
            guard number >= start, number - start < length else { return }
            if state.first == nil { state.first = step }
            throw Diagnostic("file.disk-full", message: "the disk is full")
        }
    }
}
