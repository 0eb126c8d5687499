import Formats
import Foundation
import PluginKit
import PluginTestKit
import SprocketPlugins
import TestTags
import Testing

@testable import Pipelines
@testable import Runs

/// The pages for operators name what there is, and all of it.
@Suite(.tags(.process)) struct OperatingPageTests {
    private func page(_ name: String) throws -> String {
        try String(contentsOfFile: Program.repository + "/docs/" + name, encoding: .utf8)
    }

    @Test func `the file with all settings is one that check has nothing to say of`() throws {
        let page = try page("operating.md")
        let start = try #require(page.range(of: "```toml\n[run]"))
        let end = try #require(page.range(of: "\n```\n", range: start.upperBound..<page.endIndex))
        let folder = try TemporaryFolder()
        try folder.write("[run]" + page[start.upperBound..<end.lowerBound] + "\n", to: "all.toml")
        let outcome = try Program(folder: folder.path)("check", "all.toml")
        // Findings would come first.
        #expect(outcome.errors.hasPrefix("all.toml: fine\n"), "\(outcome.errors)")
        #expect(outcome.code == 0)
    }

    @Test(arguments: ["metrics.md", "middleware.md", "caching.md", "redis.md", "monitor.md"])
    func `every example is one that check has nothing to say of`(name: String) throws {
        let examples = try page(name).split(separator: "```toml\n").dropFirst().compactMap {
            $0.split(separator: "\n```", maxSplits: 1).first.map(String.init)
        }
        #expect(!examples.isEmpty)
        let folder = try TemporaryFolder()
        for example in examples {
            // An example shows a part of a file.
            let source = "\n[[source]]\nuse = \"trakt\"\ndata = \"history\"\n"
            let sink = "\n[[sink]]\nuse = \"csv\"\npath = \"out.csv\"\n"
            let stages = example.contains("[[source]]") ? "" : source + sink
            try folder.write(example + "\n" + stages, to: "example.toml")
            let environment = ["REDIS_URL": "redis://127.0.0.1:6379"]
            let outcome = try Program(folder: folder.path)("check", "example.toml", environment: environment)
            #expect(outcome.errors.hasPrefix("example.toml: fine\n"), "\(example)\n\(outcome.errors)")
            #expect(outcome.code == 0)
        }
    }

    @Test func `the labels of a run with all layers are those of the contract, and names say their units`() throws {
        let folder = try TemporaryFolder()
        try folder.write(ExporterTests.everything, to: "p.toml")
        #expect(try Program(folder: folder.path)("run", "p.toml").code == 0)
        let contract = try labels()
        let figures = try JSONValue(parsing: folder.bytes(of: "figures.json"), name: "figures")
        for family in figures["families"]?.array ?? [] {
            let name = family["name"]?.string ?? ""
            let known = try #require(contract[name], "\(name)")
            for sample in family["samples"]?.array ?? [] {
                let labels = Set((sample["labels"]?.object ?? []).map(\.key)).subtracting(["pipeline"])
                #expect(labels.isSubset(of: known.all), "\(name): \(labels)")
                #expect(labels.isSuperset(of: known.always), "\(name): \(labels)")
            }
            let stem = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
            let unit = ["seconds", "bytes", "ratio"].first { stem.hasSuffix("_\($0)") } ?? "count"
            #expect(family["unit"]?.string == unit, "\(name)")
        }
    }

    /// The labels of each family beside `pipeline`: those that it may have, and those that it always has.
    private func labels() throws -> [String: (all: Set<String>, always: Set<String>)] {
        var contract: [String: (all: Set<String>, always: Set<String>)] = [:]
        var section: Set<String> = []
        /// The words in code, without those in brackets.
        func words(_ text: some StringProtocol) -> Set<String> {
            let bare = String(text).replacing(#/\([^)]*\)/#, with: "").replacing(
                #/: `running`.*|: `success`.*/#,
                with: ""
            )
            return Set(bare.matches(of: #/`([a-z]+)`/#).map { String($0.1) })
        }
        let parts = try page("metrics.md").split(separator: "### ").dropFirst()
        for part in parts {
            let title = part.prefix { $0 != "\n" }
            section = []
            if let sentence = part.firstMatch(of: #/Other labels?: ([^.;]*)[.;]/#) { section = words(sentence.1) }
            let hasColumn = part.contains("other labels |")
            for row in part.split(separator: "\n") where row.hasPrefix("| `sprocket_") {
                let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                let name = cells[0].filter { $0 != "`" }
                // Between the second bar and the third there may be nothing.
                let columns = row.split(separator: "|", omittingEmptySubsequences: false)
                var own = hasColumn ? words(columns[3].prefix { $0 != ":" }) : []
                if let more = row.firstMatch(of: #/other labels?: (.*)\|/#) { own = words(more.1) }
                let isAlone = hasColumn && columns[3].contains("alone")
                let all = isAlone ? own : section.union(own)
                // What the stages share has no stage, and some phases are of none.
                let sometimes: Set<String> =
                    title == "Layers" || name.hasSuffix("phase_seconds_total") ? ["stage"] : ["partition"]
                contract[name] = (all, all.subtracting(sometimes))
            }
        }
        return contract
    }

    /// The families of runs, and those that plugins declare; several may have one.
    private static let declared: Set<MetricDefinition> = {
        let plugins = StandardPlugins.all
        return Set(MetricDefinition.ofRuns + plugins.flatMap { $0.metrics })
    }()

    /// Those of one plugin alone may have its name, and are on its reference page.
    private static let ownPrefixes = StandardPlugins.all.map { $0.name.replacing("-", with: "_") + "_" }

    @Test func `the names of the house are one each, begin alike and have a sentence of help`() {
        #expect(Set(Self.declared.map(\.name)).count == Self.declared.count)
        for definition in Self.declared {
            #expect((["sprocket_"] + Self.ownPrefixes).contains { definition.name.hasPrefix($0) })
            #expect(definition.help.hasSuffix(".") && !definition.help.contains("\n"), "\(definition.name)")
        }
    }

    @Test func `the contract lists every family with its kind, and none that there is not`() throws {
        let page = try page("metrics.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `sprocket_") }
        let listed = rows.map { row in
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return "\(cells[0].filter { $0 != "`" }) \(cells[1])"
        }
        let declared = Self.declared.filter { $0.name.hasPrefix("sprocket_") }.map { "\($0.name) \($0.kind.rawValue)" }
        #expect(Set(listed) == Set(declared))
        #expect(listed.count == declared.count)
    }
}
