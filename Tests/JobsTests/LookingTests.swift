import Jobs
import PluginKit
import PluginTestKit
import Testing

/// A source that has to look, and cannot tell whether its data is still the same, looks once a run.
@Suite struct LookingTests {
    private let workshop: JobWorkshop

    init() throws {
        workshop = try JobWorkshop(with: [Glance.self])
        try workshop.folder.write(
            """
            [run]
            checkpoint_every = 1
            [[source]]
            use = "glance"
            log = "\(workshop.folder.path)"
            [[sink]]
            use = "csv"
            path = "\(workshop.folder.path("out.csv"))"
            """,
            to: "pipelines/looks.toml"
        )
    }

    private func run(failingAt page: Int?) async -> [String] {
        Glance.Log.of(workshop.folder.path).fails.withLock { $0 = page }
        return await JobRun(JobOrder(["looks"]), in: workshop.world).run().words
    }

    private var looks: Int { Glance.Log.of(workshop.folder.path).looks.withLock { $0 } }

    @Test func `a run that is resumed does not look again`() async {
        #expect(await run(failingAt: 2) == ["looks: failed: glance.fails"])
        #expect(looks == 1)
        #expect(await run(failingAt: nil) == ["looks: complete, 3 written"])
        #expect(looks == 1)
    }

    @Test func `a run that starts over after one that left nothing looks again`() async {
        #expect(await run(failingAt: 0) == ["looks: failed: glance.fails"])
        #expect(await run(failingAt: nil) == ["looks: complete, 3 written"])
        #expect(looks == 2)
    }
}

/// Three numbers, a page each, after a look at nothing.
struct Glance: Source {
    static let name = "glance"
    static let summary = "Looks, and counts."

    struct Options: OptionGroup {
        @Option("Whose looks are counted.") var log: String
    }

    /// What outlives the sources of a test.
    final class Log: Sendable {
        let looks = Locked(0)
        let fails = Locked<Int?>(nil)
        private static let all = Locked<[String: Log]>([:])

        static func of(_ name: String) -> Log {
            all.withLock { all in
                let log = all[name] ?? Log()
                all[name] = log
                return log
            }
        }
    }

    private let log: Log

    init(_ options: Options, in context: StageContext) { log = Log.of(options.log) }

    func describe() -> Description {
        log.looks.withLock { $0 += 1 }
        return ["n": .integer]
    }

    func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) throws -> Next<Int> {
        let page = cursor ?? 0
        if log.fails.withLock({ $0 }) == page { throw Diagnostic("glance.fails", message: "the page cannot be read") }
        batch.append(request.wants("n") ? [.integer(Int64(page))] : [])
        return page < 2 ? .at(page + 1) : .end
    }
}
