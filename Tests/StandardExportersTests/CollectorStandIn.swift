import Formats
import HTTP
import PluginKit
import PluginTestKit

/// A collector of OTLP on this machine: takes what keeps to the published form and refuses everything else with 400.
final class CollectorStandIn: Sendable {
    private let server: HTTPServer
    private let state = Locked(State())

    private struct State {
        var bodies: [JSONValue] = []
        var texts: [String] = []
        var problems: [String] = []
        /// What to answer instead, the next first.
        var answers: [(status: Int, body: String)] = []
        var requests = 0
    }

    init() throws { server = try HTTPServer { [state] request in Self.answer(request, state) } }

    var url: String { server.origin + "/v1/metrics" }

    /// What was wrong with bodies.
    var problems: [String] { state.withLock { $0.problems } }
    /// How many requests came.
    var requests: Int { state.withLock { $0.requests } }
    /// Everything that came, head and body.
    var text: String { state.withLock { $0.texts.joined(separator: "\n") } }

    /// Answers the next requests otherwise.
    func answer(_ answers: (status: Int, body: String)...) { state.withLock { $0.answers = answers } }

    /// What it has of each counter and gauge: what came with the latest time, for all attributes together.
    var totals: [String: Double] {
        var latest: [String: (time: UInt64, value: Double)] = [:]
        for body in state.withLock({ $0.bodies }) {
            let metrics = body["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]?.array ?? []
            for metric in metrics {
                for point in (metric["sum"] ?? metric["gauge"])?["dataPoints"]?.array ?? [] {
                    let labels = (point["attributes"]?.array ?? []).map { $0["value"]?["stringValue"]?.string ?? "" }
                    let key = ([metric["name"]?.string ?? ""] + labels).joined(separator: "\u{0}")
                    let time = UInt64(point["timeUnixNano"]?.string ?? "") ?? 0
                    guard time >= latest[key]?.time ?? 0 else { continue }
                    latest[key] = (time, point["asDouble"]?.real ?? 0)
                }
            }
        }
        return latest.reduce(into: [:]) { totals, entry in
            totals[String(entry.key.prefix { $0 != "\u{0}" }), default: 0] += entry.value.value
        }
    }

    /// What it has of each series: what came with the latest time.
    var samples: [ExporterContract.ArrivedSample] {
        var latest: [[String: String]: (time: UInt64, sample: ExporterContract.ArrivedSample)] = [:]
        for body in state.withLock({ $0.bodies }) {
            let metrics = body["resourceMetrics"]?[0]?["scopeMetrics"]?[0]?["metrics"]?.array ?? []
            for metric in metrics {
                let name = metric["name"]?.string ?? ""
                let data = metric["sum"] ?? metric["gauge"] ?? metric["histogram"]
                for point in data?["dataPoints"]?.array ?? [] {
                    let pairs = (point["attributes"]?.array ?? []).map {
                        ($0["key"]?.string ?? "", $0["value"]?["stringValue"]?.string ?? "")
                    }
                    let labels = Dictionary(pairs) { $1 }
                    let time = UInt64(point["timeUnixNano"]?.string ?? "") ?? 0
                    let key = labels.merging(["": name]) { $1 }
                    guard time >= latest[key]?.time ?? 0 else { continue }
                    latest[key] = (time, .init(name, labels: labels, value: Self.value(point)))
                }
            }
        }
        return latest.values.map(\.sample)
    }

    private static func value(_ point: JSONValue) -> ExporterContract.ArrivedSample.Value {
        guard let count = point["count"]?.string.flatMap({ Int($0) }) else {
            return .number(point["asDouble"]?.real ?? .nan)
        }
        let buckets = (point["bucketCounts"]?.array ?? []).map { Int($0.string ?? "") ?? 0 }
        return .times(count: count, seconds: point["sum"]?.real ?? 0, buckets: buckets)
    }

    private static func answer(_ request: HTTPRequest, _ state: Locked<State>) -> HTTPResponse {
        let (status, text) = state.withLock { state in judge(request, &state) }
        return HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Array(text.utf8))
    }

    private static func judge(_ request: HTTPRequest, _ state: inout State) -> (Int, String) {
        let head =
            ["\(request.method.rawValue) \(request.url.target)"]
            + request.headers.fields.map { "\($0.name): \($0.value)" }
        state.requests += 1
        state.texts.append((head + [String(decoding: request.body, as: UTF8.self)]).joined(separator: "\n"))
        if !state.answers.isEmpty {
            let answer = state.answers.removeFirst()
            return (answer.status, answer.body)
        }
        var problems: [String] = []
        if request.method != .post || request.url.target != "/v1/metrics" {
            problems.append("the request is not for metrics")
        }
        if request.headers["Content-Type"] != "application/json" { problems.append("the type is not JSON") }
        guard let json = try? JSONValue(parsing: request.body, name: "body") else {
            state.problems.append("the body is no JSON")
            return (400, "{}")
        }
        problems += OTLPSchema.problems(in: json)
        state.problems += problems
        guard problems.isEmpty else { return (400, "{}") }
        state.bodies.append(json)
        return (200, "{\"partialSuccess\":{}}")
    }
}
