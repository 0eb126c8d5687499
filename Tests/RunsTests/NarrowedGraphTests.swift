import Diagnostics
import Foundation
import Pipelines
import PluginKit
import PluginTestKit
import Records
import Runs
import TestTags
import Testing
import TestPipelines

/// Graphs drawn at random deliver the same whether their sources are asked for what is needed or for everything.
@Suite(.tags(.fuzz)) struct NarrowedGraphTests {
    /// A pipeline of sources, filters, renames, sums and sinks; `@/` stands for the folder.
    struct Graph {
        private(set) var text = ""
        private(set) var files: [String] = []
        private var outputs: [(name: String, columns: [String])] = []
        private var numbers: SteadyNumbers

        init(seed: UInt64) {
            numbers = SteadyNumbers(seed: seed)
            for index in 0..<numbers.next(in: 1...2) { addSource("source\(index)", seed) }
            for index in 0..<numbers.next(in: 1...6) { addTransform("transform\(index)") }
            for index in 0..<numbers.next(in: 1...2) { addSink("sink\(index)") }
        }

        private mutating func pick<Element>(_ elements: [Element]) -> Element {
            elements[numbers.next(in: 0...elements.count - 1)]
        }

        private mutating func addSource(_ name: String, _ seed: UInt64) {
            let keeps = pick(["exact", "exact", "coarse", "none"])
            text += """
                [[source]]
                use = "selective"
                name = "\(name)"
                seed = \(seed + UInt64(outputs.count) * 1000)
                rows = \(numbers.next(in: 0...40))
                page = \(numbers.next(in: 1...9))
                keeps = "\(keeps)"

                """
            outputs.append((name, ["a", "b", "c", "d"]))
        }

        /// Where a stage reads: mostly the stage added last, so that chains are long; now and then two that have the same
        /// columns.
        private mutating func input() -> (from: String, columns: [String]) {
            let chosen = numbers.next(in: 0...3) == 0 ? pick(outputs) : outputs[outputs.count - 1]
            let others = outputs.filter { $0.name != chosen.name && $0.columns == chosen.columns }
            guard numbers.next(in: 0...5) == 0, let other = others.first else {
                return ("from = \"\(chosen.name)\"", chosen.columns)
            }
            return ("from = [\"\(chosen.name)\", \"\(other.name)\"]", chosen.columns)
        }

        private mutating func addTransform(_ name: String) {
            var (from, columns) = input()
            let head = "[[transform]]\nname = \"\(name)\"\n\(from)\n"
            switch numbers.next(in: 0...4) {
            case 0, 1, 2:
                let conditions = (0..<numbers.next(in: 1...2)).map { _ in
                    let comparison = pick(Condition.Comparison.allCases).rawValue
                    return "\"\(pick(columns)) \(comparison) \(pick(["0", "2", "3", "5", "null"]))\""
                }
                text += head + "use = \"keep\"\nmeet = [\(conditions.joined(separator: ", "))]\n"
            case 3:
                let names = ["a", "b", "c", "d", "e"]
                var picked: [(String, String)] = []
                for new in names where numbers.next(in: 0...2) > 0 { picked.append((new, pick(columns))) }
                if picked.isEmpty { picked = [("a", pick(columns))] }
                let list = picked.map { "\"\($0): \($1)\"" }.joined(separator: ", ")
                text += head + "use = \"pick\"\ncolumns = [\(list)]\n"
                columns = picked.map(\.0)
            default:
                let into = pick(["a", "b", "e", "f"])
                text += head + "use = \"plus\"\nof = [\"\(pick(columns))\", \"\(pick(columns))\"]\ninto = \"\(into)\"\n"
                if !columns.contains(into) { columns.append(into) }
            }
            outputs.append((name, columns))
        }

        private mutating func addSink(_ name: String) {
            let (from, columns) = input()
            var chosen = columns.filter { _ in numbers.next(in: 0...1) == 0 }
            if chosen.isEmpty { chosen = [pick(columns)] }
            let list = chosen.map { "\"\($0)\"" }.joined(separator: ", ")
            text += """
                [[sink]]
                use = "lines"
                name = "\(name)"
                \(from)
                path = "@/\(name).txt"
                columns = [\(list)]

                """
            files.append("\(name).txt")
        }
    }

    /// How many graphs of a group are tried: 150 in all, or as many as `SPROCKET_NARROWED_GRAPHS` says.
    private static let graphs =
        ProcessInfo.processInfo.environment["SPROCKET_NARROWED_GRAPHS"].flatMap { Int($0) }.map { max($0 / 25, 1) }
        ?? 6

    @Test(arguments: 0..<25)
    func `any graph delivers the same with and without narrowing`(group: Int) async throws {
        for seed in group * Self.graphs..<(group + 1) * Self.graphs {
            let graph = Graph(seed: UInt64(seed))
            let (narrow, whole) = (
                Workshop(try TemporaryFolder(.inMemory)), Workshop(try TemporaryFolder(.inMemory))
            )
            let report = try await narrow.run(graph.text)
            let expected = try await Narrowed.$isOn.withValue(false) { try await whole.run(graph.text) }
            #expect(report.ending == "published" && expected.ending == "published", "seed \(seed)\n\(graph.text)")
            #expect(report.isBalanced, "seed \(seed)")
            for file in graph.files {
                #expect(try narrow.lines(file) == whole.lines(file), "seed \(seed), \(file)\n\(graph.text)")
            }
        }
    }

    @Test func `graphs are narrowed in all ways`() async throws {
        var (columns, conditions, filters) = (0, 0, 0)
        for seed in 0..<200 {
            let plan = try await Workshop(try TemporaryFolder(.inMemory)).plan(Graph(seed: UInt64(seed)).text)
            let requests = plan.nodes.filter { $0.kind == .source }.map(\.request)
            columns += requests.count { $0.schema.width < 4 }
            conditions += requests.count { !$0.conditions.isEmpty }
            filters += plan.findings.all.count { $0.code == "pipeline.filtered-by-source" }
        }
        #expect(columns > 100)
        #expect(conditions > 30)
        #expect(filters > 15)
    }

    @Test func `a filter that the source keeps to is gone, and its column with it`() async throws {
        let workshop = try Workshop()
        let text = """
            [[source]]
            use = "selective"
            keeps = "exact"
            [[transform]]
            use = "pick"
            columns = ["x: b", "y: a"]
            [[transform]]
            use = "keep"
            meet = ["x >= 4"]
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            columns = ["y"]
            """
        let plan = try await workshop.plan(text)
        let request = try #require(plan.nodes.first?.request)
        #expect(request.schema.names == ["a"])
        #expect(request.conditions == [Condition("b", comparison: .greaterOrEqual, value: 4)])
        #expect(
            plan.findings.all.map { $0.rendered() } == [
                """
                p.toml:8:7: note[pipeline.filtered-by-source]: 'keep' is filtered by the source: 'selective' reads only \
                records where x >= 4
                    8 | use = "keep"
                      |       ^^^^^^
                """
            ]
        )
        // As many as are to be read of all records, not of those that are kept.
        let limited = try await workshop.plan(text, scope: RunScope(limit: 3))
        #expect(limited.nodes.first?.request.conditions == [])
        #expect(limited.nodes.first?.request.schema.names == ["a", "b"])
    }

    @Test(arguments: [
        (
            "[[sink]]\nuse = \"lines\"\nname = \"all\"\nfrom = \"selective\"\npath = \"@/all.txt\"\ncolumns = [\"a\"]",
            "a second reader"
        ),
        ("[[transform]]\nuse = \"plus\"\nof = [\"a\", \"b\"]\ninto = \"b\"", "a column that is made"),
        ("[[transform]]\nuse = \"sum\"", "a memory"),
    ])
    func `a condition goes no further than a stage that would see the difference`(stage: String, why: String)
        async throws
    {
        let plan = try await Workshop().plan(
            """
            [[source]]
            use = "selective"
            keeps = "exact"
            [[transform]]
            use = "pick"
            columns = ["n: a", "a: a", "b: b"]
            \(why == "a second reader" ? "" : stage)
            [[transform]]
            use = "keep"
            meet = ["b >= 4"]
            [[sink]]
            use = "lines"
            path = "@/a.txt"
            columns = ["a"]
            \(why == "a second reader" ? stage : "")
            """
        )
        #expect(plan.nodes.first?.request.conditions == [], "\(why)")
    }
}
