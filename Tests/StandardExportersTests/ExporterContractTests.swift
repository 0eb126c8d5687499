import Formats
import PluginKit
import PluginTestKit
import Testing

@testable import StandardExporters

@Suite struct ExporterContractTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("", to: "taken")
    }

    /// A name for a file that no other destination has.
    private let names = Guarded(0)

    private func name(_ suffix: String) -> String {
        let number = names.withLock { number in
            number += 1
            return number
        }
        return "\(number).\(suffix)"
    }

    private typealias Destination = ExporterContract.Destination

    private func nowhere(_ options: String, _ bench: Bench = Bench()) -> Destination {
        Destination(options: options, bench: bench) { .init(totals: nil, text: "") }
    }

    @Test func `prometheus keeps the contract`() async throws {
        try await ExporterContract.verify(
            PrometheusFile.self,
            broken: nowhere("path = \"\(folder.path("taken/x.prom"))\"")
        ) {
            let name = name("prom")
            return Destination(options: "path = \"\(folder.path(name))\"") { [folder] in
                let text = try folder.text(of: name)
                var totals: [String: Double] = [:]
                for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                    guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
                    else { continue }
                    totals[String(line.prefix { $0 != "{" && $0 != " " }), default: 0] += value
                }
                return .init(totals: totals, text: text)
            }
        }
    }

    @Test(arguments: [false, true])
    func `json-file keeps the contract`(append: Bool) async throws {
        try await ExporterContract.verify(
            JSONFile.self,
            broken: nowhere("path = \"\(folder.path("taken/x.json"))\"\nappend = \(append)")
        ) {
            let name = name("json")
            return Destination(options: "path = \"\(folder.path(name))\"\nappend = \(append)") { [folder] in
                let text = try folder.text(of: name)
                let last = Array((text.split(separator: "\n").last ?? "").utf8)
                var totals: [String: Double] = [:]
                for family in try JSONValue(parsing: last, name: "line")["families"]?.array ?? [] {
                    for sample in family["samples"]?.array ?? [] {
                        totals[family["name"]?.string ?? "", default: 0] += sample["value"]?.real ?? 0
                    }
                }
                return .init(totals: totals, text: text)
            }
        }
    }

    @Test(arguments: [false, true])
    func `statsd keeps the contract`(tags: Bool) async throws {
        try await ExporterContract.verify(StatsD.self) {
            let receiver = try UDPReceiver()
            return Destination(options: "port = \(receiver.port)\ntags = \(tags)") {
                var totals: [String: Double] = [:]
                // Without tags, the labels stand behind the name.
                for (name, value) in receiver.totals { totals[String(name.prefix { $0 != "." }), default: 0] += value }
                return .init(totals: totals, text: receiver.datagrams.joined(separator: "\n"))
            }
        }
    }

    @Test func `otlp keeps the contract`() async throws {
        let bench = Bench(transport: PlainTransport())
        try await ExporterContract.verify(
            OTLP.self,
            secrets: ["s3same"],
            broken: nowhere("url = \"http://127.0.0.1:1/v1/metrics\"\nauthorization = \"s3same\"", bench)
        ) {
            let collector = try CollectorStandIn()
            return Destination(options: "url = \"\(collector.url)\"", bench: bench) {
                #expect(collector.problems == [])
                return .init(totals: collector.totals, text: collector.text)
            }
        }
    }

    @Test func `log keeps the contract`() async throws {
        try await ExporterContract.verify(LogLine.self) {
            let lines = Guarded("")
            let log = StageLog { finding in lines.withLock { $0 += finding.rendered() } }
            return Destination(options: "", bench: Bench(log: log)) {
                .init(totals: nil, text: lines.withLock { $0 })
            }
        }
    }
}
