import Runs
import PluginKit
import PluginTestKit
import TestTags
import Testing
import TestPipelines

/// The plug is pulled at any instant; started again, the run leaves what an undisturbed one leaves.
@Suite(.tags(.crash, .fuzz)) struct CrashTests {
    /// Two sources, a lookup, a memory, a sort that spills, a router and four sinks, one of which comes from all sides.
    ///
    /// - Parameters:
    ///   - known: How many records a page of the source `known` has.
    ///   - many: How many one of `many` has.
    ///   - more: How many one of `more` has.
    /// - Returns: The pipeline.
    private static func pipeline(known: Int, many: Int, more: Int) -> String {
        """
        name = "crash"
        [run]
        checkpoint_every = 2
        on_reject = { limit = 100, keep = "@/out/rejects.jsonl" }
        [[source]]
        use = "numbers"
        name = "known"
        first = 2
        count = 7
        page = \(known)
        [[source]]
        use = "numbers"
        name = "many"
        count = 24
        page = \(many)
        listed = true
        reject = [5, 17]
        [[source]]
        use = "numbers"
        name = "more"
        first = 30
        count = 9
        page = \(more)
        [[transform]]
        use = "find"
        lookup = "known"
        from = ["many", "more"]
        [[transform]]
        use = "sum"
        total = true
        [[transform]]
        use = "parity"
        [[sink]]
        use = "lines"
        name = "all"
        from = "sum"
        path = "@/out/all.txt"
        columns = ["n", "find", "sum"]
        [[transform]]
        use = "sort"
        from = "sum"
        by = ["find desc nulls first", "n desc nulls first"]
        memory = "1500 B"
        [[sink]]
        use = "lines"
        name = "sorted"
        from = "sort"
        path = "@/out/sorted.txt"
        columns = ["n", "find", "sum"]
        [[sink]]
        use = "lines"
        name = "even"
        from = "parity.even"
        path = "@/out/even.txt"
        reject = [8, 34]
        [[sink]]
        use = "lines"
        name = "odd"
        from = ["parity.odd", "known"]
        path = "@/out/deep/odd.txt"
        skip = [7]
        """
    }

    static let pipeline = pipeline(known: 3, many: 5, more: 4)
    /// The same in fewer pages: only steps that are like others are fewer.
    static let short = pipeline(known: 4, many: 8, more: 5)

    /// What a run leaves: the files, byte by byte, and the counts of the last complete run.
    struct Outcome: Equatable, Sendable {
        let files: [String: String]
        let counts: [String]

        init(_ folder: TemporaryFolder) throws {
            files = try FolderContents(of: folder) { $0.hasPrefix("out/") }.files.mapValues { bytes in
                // Which attempt a record was rejected in is the one thing that may differ.
                String(decoding: bytes, as: UTF8.self).replacing(/"attempt":\d+/, with: "")
            }
            let history = RunHistory(in: folder.path("state"))
            let last = try #require(try history.runs().first { $0.status == "complete" })
            counts = try Self.counts(try history.report(of: last.id))
        }

        /// What a stored report states of records, without what differs from run to run.
        private static func counts(_ report: String) throws -> [String] {
            let report = try JSONValue(parsing: Array(report.utf8), name: "report")
            let stages = try #require(report["stages"]?.array).map { stage in
                ["name", "in", "kept", "made", "out", "lookedUp", "combined", "rejected", "filtered"]
                    .map { "\($0) \(stage[$0] ?? .null)" }.joined(separator: ", ")
            }
            let rejections = try #require(report["rejections"]?.array).map { group in
                ["stage", "code", "reason", "count"].map { "\(group[$0] ?? .null)" }.joined(separator: " ")
                    + " \(group["positions"]?.array?.count ?? 0)"
            }
            return stages + rejections
        }
    }

    @Sendable private static func run(
        _ folder: TemporaryFolder,
        _ text: String,
        isDead: @Sendable () -> Bool = { false }
    ) async throws {
        // A run that was cut off while it published is finished by the next start, and there is nothing more to do.
        let history = RunHistory(in: folder.path("state"))
        let isPublishing = try history.runs().first?.status == "intended"
        let workshop = Workshop(folder)
        if isPublishing {
            let (_, journal, _) = try await RunStart.journal(in: folder.path("state")) {
                try await workshop.plan(text)
            }
            // The run that begins then has claimed its outputs.
            journal.giveUp()
            return
        }
        let before = folder.files.filter { !$0.hasSuffix(".part") && $0.hasPrefix("out/") }
        let (report, _) = try await workshop.runStored(text)
        guard report.ending != "published" else { return }
        // A run that fails and lives to tell has published nothing but what it says; what it rejected may be looked at.
        if !isDead() {
            let now = folder.files.filter { !$0.hasSuffix(".part") && $0.hasPrefix("out/") }
            let said = report.files.map { $0.path.replacing(folder.path + "/", with: "") }
            #expect(Set(now).subtracting(["out/rejects.jsonl"]).subtracting(before) == Set(said))
        }
        throw Unfinished(ending: report.ending)
    }

    struct Unfinished: Error {
        let ending: String
    }

    static func matrix(_ text: String) -> CrashMatrix<Outcome> {
        CrashMatrix(
            run: { folder, disk in try await run(folder, text) { disk.isCut } },
            outcome: { try Outcome($0) }
        )
    }

    @Test func `stopped at any durable step, a run comes to the same end`() async throws {
        let count = try await Self.matrix(Self.short).verify(seeds: 0..<2)
        #expect(count > 300)
    }

    @Test func `stopped twice, a run comes to the same end`() async throws {
        try await Self.matrix(Self.short).verify([.stop], seeds: 7..<8, cuts: 2) { $0.side == .after }
    }

    @Test func `a disk that is full for a moment fails the run, and the next one comes to the same end`() async throws {
        let full = Diagnostic("file.disk-full", message: "the disk is full")
        try await Self.matrix(Self.short).verify([.fail(full)]) { $0.side == .before }
    }

    @Test(arguments: [1, 4])
    func `whatever the interleaving, records come in the same order`(workers: Int) async throws {
        let text = Self.pipeline.replacing("[run]\n", with: "[run]\nworkers = \(workers)\nqueue = 1\n")
        let expected = try await Self.matrix(Self.pipeline).rehearse().outcome
        for seed in 0..<20 as Range<UInt64> {
            let folder = try TemporaryFolder(.inMemory)
            try await withTaskExecutorPreference(SeededExecutor(seed: seed)) { try await Self.run(folder, text) }
            #expect(try Outcome(folder) == expected, "seed \(seed)")
        }
    }
}
