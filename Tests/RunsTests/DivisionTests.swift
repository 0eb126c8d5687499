import Diagnostics
import Pipelines
import Runs
import Foundation
import PluginKit
import PluginTestKit
import TestTags
import Testing
import TestPipelines

/// Runs over a part of the records each: together they deliver what one run delivers, or are refused before they write.
@Suite(.tags(.fuzz)) struct DivisionTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    /// How many pipelines are drawn; `scripts/fuzz-partitions` asks for more.
    private static let seeds =
        ProcessInfo.processInfo.environment["SPROCKET_PARTITION_SEEDS"].flatMap { Int($0) }.map { max($0, 1) } ?? 60

    @Test(arguments: 0..<10)
    func `any small pipeline delivers in parts what it delivers whole, or is refused before it writes`(
        tenth: Int
    ) async throws {
        for seed in stride(from: tenth, to: Self.seeds, by: 10) {
            let graph = DividedGraph(seed: UInt64(seed))
            var numbers = SteadyNumbers(seed: UInt64(seed) &+ 1 << 40)
            let count = numbers.next(in: 2...5)
            guard let whole = try await deliver(graph, [nil], &numbers, seed) else { continue }
            let parts = try (1...count).map { try #require(RunScope.Partition($0, of: count)) }
            guard let divided = try await deliver(graph, parts, &numbers, seed) else { continue }
            #expect(divided == whole, "seed \(seed), \(count) parts:\n\(graph.pipeline)")
        }
    }

    /// Runs a pipeline over some parts, some of them stopped now and then.
    ///
    /// - Returns: The lines of each of its files, of all parts together, sorted; nil if it was refused.
    private func deliver(
        _ graph: DividedGraph,
        _ parts: [RunScope.Partition?],
        _ numbers: inout SteadyNumbers,
        _ seed: Int
    ) async throws -> [String: [String]]? {
        let workshop = Workshop(try TemporaryFolder(.inMemory))
        var lines: [String: [String]] = [:]
        for part in parts {
            let scope = RunScope(partition: part)
            let isStopped = numbers.next(in: 0...3) == 0
            do {
                var report: RunReport
                var attempts = 0
                repeat {
                    let control = RunControl()
                    let pages = Locked(numbers.next(in: 0...4))
                    (report, _) = try await workshop.runStored(graph.pipeline, scope: scope, control: control) { _ in
                        let isOver = pages.withLock { pages in
                            pages -= 1
                            return pages < 0
                        }
                        if isStopped, isOver { control.stop() }
                    }
                    attempts += 1
                } while report.ending == "stopped" && attempts < 50
                #expect(report.ending == "published", "seed \(seed):\n\(graph.pipeline)")
                #expect(report.isBalanced, "seed \(seed)")
            } catch let findings as DiagnosticList {
                let errors = findings.filter { $0.severity == .error }
                // One that cannot be run at all, such as a stage that looks up in what it reads.
                if part == nil { return nil }
                #expect(errors.allSatisfy { $0.code == "pipeline.partition" }, "\(errors.map { $0.rendered() })")
                #expect(!graph.isPlain, "seed \(seed):\n\(graph.pipeline)\(errors.map { $0.rendered() })")
                #expect(workshop.folder.files.filter { $0.hasSuffix(".txt") || $0.hasSuffix(".part") }.isEmpty)
                return nil
            }
            let number = part.map { "-\($0.number)of\($0.count)" } ?? ""
            for file in graph.files {
                let path = "\(file)\(number).txt"
                guard workshop.folder.files.contains(path) else { continue }
                // A run that was stopped notes in which attempt a record was rejected.
                let attempt = /"attempt":[0-9]+/
                lines[file, default: []] += try workshop.lines(path).map { $0.replacing(attempt, with: "") }
            }
        }
        return lines.mapValues { $0.sorted() }.filter { !$0.value.isEmpty }
    }

    @Test func `the drawn pipelines are of each kind: divided, refused, plain`() async throws {
        var divided = 0
        var refused = 0
        var plain = 0
        let part = try #require(RunScope.Partition(1, of: 2))
        for seed in 0..<60 {
            let graph = DividedGraph(seed: UInt64(seed))
            guard (try? await workshop.plan(graph.pipeline)) != nil else { continue }
            if graph.isPlain { plain += 1 }
            do {
                _ = try await workshop.plan(graph.pipeline, scope: RunScope(partition: part))
                divided += 1
            } catch {
                refused += 1
            }
        }
        #expect(divided >= 20 && refused >= 10 && plain >= 10, "\(divided) divided, \(refused) refused, \(plain) plain")
    }

    // MARK: What is refused

    private static let sink = "[[sink]]\nuse = \"lines\"\npath = \"@/a.txt\"\n"

    @Test(arguments: [
        FindingCase(
            "a stage with memory",
            "[[source]]\nuse = \"numbers\"\nlisted = true\n[[transform]]\nuse = \"sum\"\n" + sink,
            """
            p.toml:5:7: error[pipeline.partition]: the transform 'sum' cannot be run in parts: it remembers records, and \
            a part never sees those of the other parts
                5 | use = "sum"
                  |       ^^^^^ run it without --partition; 1/1 is all of the work
            """
        ),
        FindingCase(
            "a source that is read from its last run on",
            "[[source]]\nuse = \"feed\"\nsince = \"last-run\"\n" + sink,
            """
            p.toml:3:9: error[pipeline.partition]: the source 'feed' is read incrementally, which parts cannot do: \
            each would set a bookmark of its own, and records would be lost or repeated
                3 | since = "last-run"
                  |         ^^^^^^^^^^ run it without --partition, or remove 'since'
            """
        ),
        FindingCase(
            "a source whose pages each lead to the next",
            "[[source]]\nuse = \"numbers\"\n" + sink,
            """
            p.toml:2:7: error[pipeline.partition]: the source 'numbers' cannot be run in parts: each page says where the \
            next one begins
                2 | use = "numbers"
                  |       ^^^^^^^^^ run it without --partition; 1/1 is all of the work
            """
        ),
    ])
    func `what a part of the records would get wrong is refused at its place`(wrong: FindingCase) async throws {
        let part = try #require(RunScope.Partition(1, of: 2))
        let findings = try await #require(throws: DiagnosticList.self) {
            try await workshop.plan(wrong.pipeline, scope: RunScope(partition: part))
        }
        #expect(findings.all.map { $0.rendered() }.joined(separator: "\n") == wrong.findings)
        let whole = try #require(RunScope.Partition(1, of: 1))
        _ = try await workshop.plan(wrong.pipeline, scope: RunScope(partition: whole))
    }

    // MARK: What is looked up in

    /// A source that is looked up in and delivered, its numbers with their sum so far.
    private func shared(ordered: Bool) -> String {
        """
        name = "shared"
        [run]
        ordered = \(ordered)
        on_reject = { limit = 9, keep = "@/rejected.txt" }
        [[source]]
        use = "numbers"
        count = 23
        page = 3
        listed = true
        reject = [4, 8]
        [[source]]
        use = "numbers"
        name = "asked"
        first = 20
        count = 10
        page = 2
        listed = true
        [[transform]]
        use = "\(ordered ? "sum" : "twice")"
        name = "summed"
        from = "numbers"
        [[transform]]
        use = "find"
        from = "asked"
        lookup = "summed"
        [[sink]]
        use = "lines"
        name = "found"
        from = "find"
        path = "@/found.txt"
        columns = ["n", "find"]
        [[sink]]
        use = "lines"
        name = "delivered"
        from = "summed"
        columns = []
        path = "@/delivered.txt"
        """
    }

    @Test(arguments: [2, 3, 8], [true, false])
    func `a source that is looked up in and delivered comes once over all parts`(
        count: Int,
        ordered: Bool
    ) async throws {
        _ = try await workshop.runStored(shared(ordered: ordered))
        for file in ["delivered", "found", "rejected"] {
            let whole = try workshop.lines("\(file).txt").sorted()
            var all: [String] = []
            for number in 1...count {
                let partition = try #require(RunScope.Partition(number, of: count))
                let (report, _) = try await workshop.runStored(
                    shared(ordered: ordered),
                    scope: RunScope(partition: partition)
                )
                #expect(report.ending == "published")
                #expect(report.isBalanced)
                #expect(report.tally("numbers")?.received == 23)
                let path = "\(file)-\(number)of\(count).txt"
                if workshop.folder.files.contains(path) { all += try workshop.lines(path) }
            }
            #expect(all.sorted() == whole)
            #expect(!whole.isEmpty)
        }
    }

    // MARK: What is reported

    @Test func `the parts and the whole have a digest in common`() async throws {
        let text = shared(ordered: true)
        var digests: Set<String> = []
        var scoped: Set<String> = []
        let parts = try [(1, 1), (1, 2), (2, 2), (3, 5)].map { try #require(RunScope.Partition($0, of: $1)) }
        for part in parts {
            let (report, _) = try await workshop.runStored(text, scope: RunScope(partition: part))
            digests.insert(report.configurationWithoutScope)
            scoped.insert(report.configuration)
        }
        #expect(digests.count == 1)
        #expect(scoped.count == 4)
        let other = try await workshop.runStored(text.replacing("count = 23", with: "count = 24"))
        #expect(!digests.contains(other.report.configurationWithoutScope))
    }

    @Test(arguments: ["@/a.txt", "@/{partition}/a.txt", "@/a-{partition}-{part}.txt", "@/{partition}/{partition}.txt"])
    func `files of another division beside those of a run are named`(path: String) async throws {
        let text = """
            name = "beside"
            [[source]]
            use = "numbers"
            listed = true
            [[sink]]
            use = "lines"
            path = "\(path)"
            """
        func warnings(_ number: Int, _ count: Int) async throws -> [String] {
            let part = try #require(RunScope.Partition(number, of: count))
            let (report, _) = try await workshop.runStored(text, scope: RunScope(partition: part))
            #expect(report.ending == "published")
            return report.findings.filter { $0.code == "run.other-parts" }.map(\.message)
        }
        #expect(try await warnings(1, 2) == [])
        #expect(try await warnings(2, 2) == [])
        let third = try await warnings(1, 3)
        #expect(third.count == 1)
        #expect(third.first?.contains("part 1 of 3") == true && third.first?.contains("1of2") == true)
        #expect(third.first?.contains("2of2") == true && third.first?.contains("1of3") == false)
        let whole = try await warnings(1, 1)
        #expect(whole.count == 1 && whole.first?.contains("1of3") == true)
        #expect(try await warnings(1, 2).count == 1)
    }

    @Test func `the place of a part counts its own pages`() async throws {
        let text = """
            name = "place"
            [run]
            workers = 1
            checkpoint_every = 1
            [[source]]
            use = "numbers"
            count = 40
            page = 2
            listed = true
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            """
        let part = try #require(RunScope.Partition(2, of: 4))
        let control = RunControl()
        let (report, _) = try await workshop.runStored(text, scope: RunScope(partition: part), control: control) {
            if $0.read >= 6 { control.stop() }
        }
        #expect(report.ending == "stopped")
        let source = try #require(report.stages.first { $0.name == "numbers" })
        let place = try JSONSerialization.jsonObject(with: Data((source.cursorAfter ?? "").utf8)) as? [String: Any]
        #expect(place?["read"] as? Int == 2 * (place?["own"] as? Int ?? 0))
    }
}
