import Foundation
import PluginTestKit
import TestTags
import Testing

/// The table of settings on the page for operators: what it calls ours, there is.
@Suite(.tags(.process)) struct SettingsTableTests {
    /// A section of a pipeline file, and how it begins.
    private enum Section: Hashable {
        case run, http, monitor
        case layer(String)

        var lines: String {
            switch self {
            case .run: "[run]"
            case .http: "[http]"
            case .monitor: "[monitor]"
            case .layer(let plugin): "[middleware.a-\(plugin)]\nuse = \"\(plugin)\""
            }
        }
    }

    /// What the page says that there is, by what people look for.
    private static let table: [String: [Section: [String]]] = [
        "worker_pool_size": [.run: ["workers"], .layer("pool"): ["workers"]],
        "api_rate_limit": [.layer("rate-limit"): ["requests", "per", "burst", "key"]],
        "streaming_threshold": [.run: ["batch_size", "queue"]],
        "ttl_hours": [.layer("cache"): ["ttl", "store"]],
        "max_entries": [.layer("cache"): ["max_entries"]],
        "size_mb": [.layer("cache"): ["max_size"]],
        "max_concurrent_api_calls": [.layer("pool"): ["workers", "per"]],
        "http_connection_pool": [.http: ["connections"], .layer("pool"): ["workers"]],
        "http_timeout_seconds": [
            .http: ["timeout", "connect_timeout", "first_byte_timeout", "idle_timeout"],
            .layer("timeout"): ["limit"],
            .run: ["attempt_time_limit", "batch_time_limit"],
        ],
        "monitoring": [.monitor: ["listen"]],
        "profiling_port": [.monitor: ["listen"]],
    ]

    /// The rows of the page: what people look for, and what is written as code beside it.
    private static func rows() throws -> [(setting: String, code: [String])] {
        let page = try String(contentsOfFile: Program.repository + "/docs/operating.md", encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
        let head = try #require(lines.firstIndex(of: "| what you look for | where it is |"))
        return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|", maxSplits: 1).map(String.init)
            return (
                cells[0].trimmingCharacters(in: CharacterSet(charactersIn: " `")),
                cells[1].matches(of: #/`([^`]+)`/#).map { String($0.1) }
            )
        }
    }

    /// The names of options and plugins in code: of `ttl = "24h"` the name, and nothing of sections, values and flags.
    private static func names(_ code: [String]) -> Set<String> {
        Set(
            code.compactMap { span in
                if let use = span.firstMatch(of: #/^use = "(.+)"$/#) { return String(use.1) }
                return span.firstMatch(of: #/^([a-z_]+)( = .+)?$/#).map { String($0.1) }
            }
        )
    }

    @Test func `each setting of the original has a row that names what there is, and nothing else`() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.setting).sorted() == Self.table.keys.sorted())
        for (setting, code) in rows {
            let ours = Self.table[setting] ?? [:]
            let options = Set(ours.values.joined())
            let plugins = Set(ours.keys.compactMap { if case .layer(let name) = $0 { name } else { nil } })
            let named = Self.names(code)
            #expect(options.isSubset(of: named), "\(setting) does not name \(options.subtracting(named))")
            #expect(named.subtracting(options).isSubset(of: plugins), "\(setting) names \(named.subtracting(options))")
        }
    }

    @Test func `each of them is known where the page says that it is`() throws {
        // A table where a number or a text belongs: whoever knows the option says so, and nobody else.
        var lines: [String] = []
        var wanted: Set<Int> = []
        var all: [Section: Set<String>] = [:]
        for section in Self.table.values {
            for (place, names) in section { all[place, default: []].formUnion(names) }
        }
        for (section, names) in all {
            lines += section.lines.split(separator: "\n").map(String.init)
            for name in names.sorted() {
                lines.append("\(name) = {}")
                wanted.insert(lines.count)
            }
        }
        lines += ["[[source]]", "use = \"generate\"", "[[sink]]", "use = \"csv\"", "path = \"a.csv\""]
        let folder = try TemporaryFolder()
        try folder.write(lines.joined(separator: "\n") + "\n", to: "all.toml")
        let outcome = try Program(folder: folder.path)("check", "all.toml", "--json")
        struct Answer: Decodable {
            struct Finding: Decodable {
                let code: String
                let line: Int?
            }
            let findings: [Finding]
        }
        let findings = try JSONDecoder().decode(Answer.self, from: Data(outcome.output.utf8)).findings
        let known = Set(findings.filter { $0.code == "option.type" }.compactMap(\.line))
        for line in wanted.subtracting(known).sorted() { Issue.record("nobody knows '\(lines[line - 1])'") }
        #expect(findings.allSatisfy { $0.code != "option.unknown" }, "\(findings)")
    }

    @Test func `the sections and flags that it names are there`() throws {
        let code = Set(try Self.rows().flatMap(\.code))
        let sections = code.filter { $0.hasPrefix("[") }
        #expect(sections == ["[run]", "[http]", "[monitor]", "[middleware.NAME]", "[exporter.NAME]"])
        let help = try Program(folder: Program.repository)("run", "--help").output
        for flag in code where flag.hasPrefix("--") { #expect(help.contains(flag), "\(flag)") }
    }
}
