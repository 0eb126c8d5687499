import Formats
import HTTP
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import StandardExporters

@Suite(.tags(.contract, .server)) struct ExporterContractTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("", to: "taken")
    }

    /// A name for a file that no other destination has.
    private let names = Locked(0)

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
                return .init(totals: totals, text: text, samples: try PrometheusReader.samples(in: text))
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
                var samples: [ExporterContract.ArrivedSample] = []
                for family in try JSONValue(parsing: last, name: "line")["families"]?.array ?? [] {
                    let name = family["name"]?.string ?? ""
                    for sample in family["samples"]?.array ?? [] {
                        totals[name, default: 0] += sample["value"]?.real ?? 0
                        let labels = Dictionary(
                            (sample["labels"]?.object ?? []).map { ($0.key, $0.value.string ?? "") }
                        ) {
                            $1
                        }
                        let value: ExporterContract.ArrivedSample.Value =
                            if let count = sample["count"]?.integer {
                                .times(count: Int(count), seconds: sample["sum"]?.real ?? 0, buckets: nil)
                            } else {
                                .number(sample["value"]?.real ?? .nan)
                            }
                        samples.append(.init(name, labels: labels, value: value))
                    }
                }
                return .init(totals: totals, text: text, samples: samples)
            }
        }
    }

    @Test(arguments: [false, true])
    func `statsd keeps the contract`(tags: Bool) async throws {
        // A port that was somebody's a moment ago is nobody's now.
        let port = try UDPReceiver().port
        try await ExporterContract.verify(StatsD.self, broken: nowhere("port = \(port)")) {
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
        let bench = Bench(transport: CurlTransport())
        try await ExporterContract.verify(
            OTLP.self,
            secrets: ["s3same"],
            broken: nowhere("url = \"http://127.0.0.1:1/v1/metrics\"\nauthorization = \"s3same\"", bench)
        ) {
            let collector = try CollectorStandIn()
            return Destination(options: "url = \"\(collector.url)\"", bench: bench) {
                #expect(collector.problems == [])
                return .init(totals: collector.totals, text: collector.text, samples: collector.samples)
            }
        }
    }

    @Test func `log keeps the contract`() async throws {
        try await ExporterContract.verify(LogLine.self) {
            let lines = Locked("")
            let log = StageLog { finding in lines.withLock { $0 += finding.rendered() } }
            return Destination(options: "", bench: Bench(log: log)) {
                .init(totals: nil, text: lines.withLock { $0 })
            }
        }
    }
}

/// Reads the text format of Prometheus, as far as these tests need it.
private enum PrometheusReader {
    /// The values, those of a histogram put together.
    static func samples(in text: String) throws -> [ExporterContract.ArrivedSample] {
        var histograms: Set<String> = []
        var numbers: [ExporterContract.ArrivedSample] = []
        var times: [Key: (count: Int, seconds: Double, below: [Int])] = [:]
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE "), line.hasSuffix(" histogram") {
                histograms.insert(String(line.split(separator: " ")[2]))
            }
            guard !line.hasPrefix("#"), let space = line.lastIndex(of: " "),
                let value = Double(line[line.index(after: space)...])
            else { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            var labels = labels(of: line[line.index(line.startIndex, offsetBy: name.count)..<space])
            guard let family = histograms.first(where: { name.hasPrefix($0 + "_") }) else {
                numbers.append(.init(name, labels: labels, value: .number(value)))
                continue
            }
            let bound = labels.removeValue(forKey: "le")
            let key = Key(name: family, labels: labels)
            if bound != nil { times[key, default: (0, 0, [])].below.append(Int(value)) }
            if name.hasSuffix("_count") { times[key, default: (0, 0, [])].count = Int(value) }
            if name.hasSuffix("_sum") { times[key, default: (0, 0, [])].seconds = value }
        }
        return numbers
            + times.map { key, times in
                let buckets = zip(times.below, [0] + times.below).map { $0 - $1 }
                return .init(
                    key.name,
                    labels: key.labels,
                    value: .times(count: times.count, seconds: times.seconds, buckets: buckets)
                )
            }
    }

    private struct Key: Hashable {
        let name: String
        let labels: [String: String]
    }

    /// The labels in `{a="b",c="d"}`.
    private static func labels(of text: Substring) -> [String: String] {
        var labels: [String: String] = [:]
        var rest = text.dropFirst()
        while let equals = rest.firstIndex(of: "=") {
            let name = String(rest[..<equals])
            var value = ""
            rest = rest[equals...].dropFirst(2)
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\", let next = rest.popFirst() else {
                    value.append(character)
                    continue
                }
                value.append(next == "n" ? "\n" : next)
            }
            labels[name] = value
            rest = rest.dropFirst()
        }
        return labels
    }
}
