import Diagnostics
import PluginKit
import PluginTestKit
import SprocketPlugins
import TestTags
import Testing

@testable import Pipelines
@testable import Runs
@testable import Command

/// Every option of every plugin and section takes numbers that break what has not thought of them.
///
/// The pipeline is planned, or refused at the option's place.
@Suite(.tags(.waits)) struct ExtremeOptionTests {
    /// One option, in a pipeline that has all else it needs.
    struct Subject: CustomTestStringConvertible, Sendable {
        let place: String
        let option: OptionDefinition
        /// The pipeline, with `§` for the option's value.
        let pipeline: String

        var testDescription: String { "\(place) \(option.name)" }
    }

    /// What options that must be given are given, where another value of the same kind would be refused.
    private static let needed = [
        "trakt.data": "\"history\"", "trakt-export.data": "\"history\"", "trakt-export.path": "\"@/e.zip\"",
        "cast.columns": "[\"id: text\"]", "explode.column": "\"name\"", "flatten.column": "\"name\"",
        "filter.where": "'tmdb > 3'", "set.set": "{ a = 'tmdb + 1' }", "validate.rules": "{ a = 'tmdb > 3' }",
        "flatten.columns": "[\"title\"]", "limit.records": "5", "sample.share": "0.5",
        "unpivot.columns": "[\"tmdb\"]", "unpivot.names_to": "\"field\"", "sort.by": "[\"id\"]",
        "dedupe.by": "[\"id\"]",
        "aggregate.columns": "[\"count()\"]",
        "join.key": "\"id\"", "join.take": "[\"other\"]", "route.by": "\"kind\"",
        "route.outputs": "[\"a: film\"]", "unique.by": "[\"id\"]",
        "csv.path": "\"@/out.csv\"", "json-lines.path": "\"@/out.jsonl\"", "json.path": "\"@/out.json\"",
        "output.of": "\"films\"", "rate-limit.requests": "5",
        "timeout.limit": "\"5s\"", "prometheus.path": "\"@/f.prom\"", "json-file.path": "\"@/f.json\"",
        "otlp.url": "\"http://127.0.0.1:9/v1/metrics\"", "letterboxd.path": "\"@/lb.csv\"",
        "[monitor].listen": "\"127.0.0.1:0\"",
    ]

    /// What an option is given that is not the one that is tried; nil to leave it out.
    private static func value(of option: OptionDefinition, at place: String) -> String? {
        if let value = needed["\(place).\(option.name)"] { return value }
        guard option.isRequired else { return nil }
        return switch option.shape {
        case .path: "\"@/\(place).\(option.name)\""
        case .column: "\"tmdb\""
        default: nil
        }
    }

    static let subjects: [Subject] = {
        let columns = [
            "id: sequence", "kind: choice film|show", "name: text 3", "tmdb: integer 1..9",
            "watched_at: instant 2010-01-01..2026-01-01",
        ]
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let source = "[[source]]\nuse = \"generate\"\nrows = 20\ncolumns = [\(list)]\n"
        let sink = "[[sink]]\nuse = \"null\"\n"
        var all: [Subject] = []
        func add(_ place: String, _ options: any OptionGroup.Type, _ pipeline: (String) -> String) {
            let definitions = options.definitions
            for option in definitions {
                let lines = definitions.compactMap { other -> String? in
                    if other.name == option.name { return "\(other.name) = §\n" }
                    return value(of: other, at: place).map { "\(other.name) = \($0)\n" }
                }
                all.append(Subject(place: place, option: option, pipeline: pipeline(lines.joined())))
            }
        }
        add("[run]", RunSettings.self) { "[run]\n" + $0 + source + sink }
        add("[http]", HTTPSettings.self) { "[http]\n" + $0 + source + sink }
        add("[monitor]", MonitorSettings.self) { "[monitor]\n" + $0 + source + sink }
        // What an account can be set to stands in no pipeline.
        for kind in Registry.Kind.allCases where kind != .account {
            for plugin in Registry(StandardPlugins.all).plugins(kind) {
                let use = "use = \"\(plugin.name)\"\n"
                add(plugin.name, options(of: plugin)) { lines in
                    switch kind {
                    case .source: "[[source]]\n" + use + lines + sink
                    case .transform:
                        plugin.name == "join"
                            ? source.replacing("name: text", with: "other: text") + "name = \"b\"\n" + source
                                + "name = \"a\"\n"
                                + "[[transform]]\nfrom = \"a\"\nlookup = \"b\"\n"
                                + use + lines + sink
                            : source + "[[transform]]\nname = \"t\"\n" + use + lines
                                + (plugin.name == "route" ? "[[sink]]\nuse = \"null\"\nfrom = \"t.a\"\n" : sink)
                    case .sink: source + "[[sink]]\n" + use + lines
                    case .middleware: "[middleware.x]\n" + use + lines + source + sink
                    case .exporter: "[exporter.x]\n" + use + lines + source + sink
                    case .account: source + sink
                    }
                }
            }
        }
        add("[exporter]", ExporterSettings.self) { "[exporter.x]\nuse = \"log\"\n" + $0 + source + sink }
        return all
    }()

    private static func options(of plugin: any Plugin.Type) -> any OptionGroup.Type {
        func type<P: Plugin>(_ plugin: P.Type) -> any OptionGroup.Type { P.Options.self }
        return type(plugin)
    }

    /// The plan, or what is wrong.
    private static func findings(_ text: String, in folder: TemporaryFolder) async -> [Diagnostic] {
        do throws(DiagnosticList) {
            _ = try await plan(text, in: folder)
            return []
        } catch {
            return error.all.filter { $0.severity == .error }
        }
    }

    private static func plan(_ text: String, in folder: TemporaryFolder) async throws(DiagnosticList) -> Plan {
        let text = text.replacing("@/", with: folder.path + "/")
        let file = try PipelineFile(Array(text.utf8), path: "p.toml")
        let services = Services(
            registry: Registry(StandardPlugins.all),
            environment: ["TRAKT_CLIENT_ID": "x", "TRAKT_ACCESS_TOKEN": "y", "HOME": folder.path],
            log: StageLog(),
            stateFolder: folder.path("state")
        )
        return try await Plan(file, services: services, variables: VariableSettings([:]))
    }

    /// The values that are tried for an option, extremes of its own kind and some of others.
    private static func literals(for option: OptionDefinition) -> [String] {
        let whole = Extremes.integers.map { "\($0)" }
        let lengths = Extremes.lengths.map { "\"\($0)\"" }
        // What is of another kind is refused before it is reckoned with: a few of those do.
        let others = Array(Extremes.literals.suffix(12))
        return switch option.shape {
        case .text, .secret, .path, .pipeline, .boolean, .choice, .column: others
        case .integer, .real: whole + others
        case .duration: lengths + others
        case .byteCount: whole + lengths + others
        case .list, .other: Extremes.literals
        }
    }

    /// Each value is planned, or refused with its place.
    ///
    /// Of those that are taken, the first, one from the middle and the last are run with, each by itself: whatever comes
    /// of it, the run ends, at once or when it is asked to stop.
    @Test(arguments: subjects)
    func `is refused with its place, or runs and ends`(subject: Subject) async throws {
        let folder = try TemporaryFolder(.inMemory)
        var taken: [String] = []
        for literal in Self.literals(for: subject.option) {
            let findings = await Self.findings(subject.pipeline.replacing("§", with: literal), in: folder)
            for problem in findings {
                // Of a secret, no line is shown.
                switch problem.place {
                case .text, .file: break
                case .stage, nil: Issue.record("\(literal): \(problem.rendered())")
                }
            }
            let inside = Self.inside(subject.option, literal)
            guard inside != literal else {
                if findings.isEmpty { taken.append(literal) }
                continue
            }
            let text = subject.pipeline.replacing("§", with: inside)
            if await Self.findings(text, in: folder).isEmpty { taken.append(inside) }
        }
        for literal in Set([0, taken.count / 2, taken.count - 1]).filter(taken.indices.contains).map({ taken[$0] }) {
            let folder = try TemporaryFolder()
            let plan = try await Self.plan(subject.pipeline.replacing("§", with: literal), in: folder)
            let ended = await Self.ends(plan)
            #expect(ended, "\(literal): it does not end")
        }
    }

    /// A value with which nothing is written outside of the folder.
    private static func inside(_ option: OptionDefinition, _ literal: String) -> String {
        guard case .path = option.shape, literal.hasPrefix("\"") else { return literal }
        return "\"@/" + literal.dropFirst()
    }

    /// Whether a run ends: it is asked to stop after a second, and given half a minute then.
    private static func ends(_ plan: Plan) async -> Bool {
        let control = RunControl()
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask {
                _ = await Run(plan, control: control).execute()
                return true
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(1))
                control.stop()
                return nil
            }
            group.addTask {
                do { try await Task.sleep(for: .seconds(31)) } catch { return nil }
                return false
            }
            for await ended in group {
                guard let ended else { continue }
                group.cancelAll()
                return ended
            }
            return false
        }
    }

    @Test func `there is a pipeline for each option of each plugin`() async throws {
        let folder = try TemporaryFolder()
        var broken: [String] = []
        for place in Set(Self.subjects.map(\.place)) {
            guard let subject = Self.subjects.first(where: { $0.place == place }) else { continue }
            let value = Self.value(of: subject.option, at: place) ?? subject.option.defaultLiteral
            let text = subject.pipeline.split(separator: "\n").map(String.init).compactMap { line in
                line.contains("§") ? value.map { line.replacing("§", with: $0) } : line
            }.joined(separator: "\n")
            // What a source would read is not there.
            let findings = await Self.findings(text, in: folder).filter { finding in
                !["file.missing", "output.none"].contains(finding.code.name)
            }
            if !findings.isEmpty { broken.append("\(place): \(findings.map { $0.rendered() }) in\n\(text)") }
        }
        #expect(broken == [])
        #expect(Self.subjects.count > 100)
    }
}
