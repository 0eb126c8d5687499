import Formats
import PluginKit
import PluginTestKit
import Sockets

/// A collector of OTLP on this machine: takes what keeps to the published form and refuses everything else with 400.
final class CollectorStandIn: Sendable {
    let url: String
    private let listener: Listener
    private let state = Guarded(State())

    private struct State {
        var bodies: [JSONValue] = []
        var texts: [String] = []
        var problems: [String] = []
        /// What to answer instead, the next first.
        var answers: [(status: Int, body: String)] = []
        var requests = 0
    }

    init() throws {
        let listener = try Listener(at: .port(0, of: "127.0.0.1"))
        self.listener = listener
        url = "http://127.0.0.1:\(listener.port ?? 0)/v1/metrics"
        try OwnThread.start { [weak self] in
            while let connection = try? listener.accept() { self?.serve(connection) }
        }
    }

    deinit { listener.stop() }

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
                    latest[key] = (time, .init(name, labels, Self.value(point)))
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

    private func serve(_ connection: Connection) {
        guard let (head, body) = try? Message.read(from: connection) else { return }
        let (status, answer) = judge(head, body)
        let bytes = Array(answer.utf8)
        let lines = "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(bytes.count)\r\n\r\n"
        try? connection.write(Array(lines.utf8) + bytes, until: Deadline(in: .seconds(5)))
    }

    private func judge(_ head: String, _ body: [UInt8]) -> (Int, String) {
        state.withLock { state in
            state.requests += 1
            state.texts.append(head + String(decoding: body, as: UTF8.self))
            if !state.answers.isEmpty {
                let answer = state.answers.removeFirst()
                return (answer.status, answer.body)
            }
            var problems: [String] = []
            if !head.hasPrefix("POST /v1/metrics ") { problems.append("the request is not for metrics") }
            if !head.lowercased().contains("content-type: application/json") { problems.append("the type is not JSON") }
            guard let json = try? JSONValue(parsing: body, name: "body") else {
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
}

/// An HTTP message, as far as these tests need it.
enum Message {
    /// Reads one: the lines of its head, and the body that they announce.
    static func read(from connection: Connection) throws -> (head: String, body: [UInt8]) {
        let deadline = Deadline(in: .seconds(5))
        var bytes: [UInt8] = []
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.upperBound])
                let length =
                    head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.split(separator: ":")[1].filter { $0 != " " }) } ?? 0
                let start = head.utf8.count
                if bytes.count >= start + length { return (head, Array(bytes[start..<start + length])) }
            }
            guard try connection.read(into: &bytes, atMost: 1 << 16, until: deadline) > 0 else {
                throw SocketFailure.closed
            }
        }
    }
}

/// Carries requests over a plain connection, for servers of tests.
struct PlainTransport: HTTPTransport {
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await withCheckedThrowingContinuation { waiter in
            do throws(SocketFailure) {
                try OwnThread.start { waiter.resume(with: Result { try Self.exchange(request) }) }
            } catch {
                waiter.resume(throwing: error)
            }
        }
    }

    private static func exchange(_ request: HTTPRequest) throws -> HTTPResponse {
        do {
            let deadline = Deadline(in: .seconds(5))
            let connection = try Connection(to: .port(request.url.port, of: request.url.host), until: deadline)
            var head = "\(request.method.rawValue) \(request.url.target) HTTP/1.1\r\nHost: \(request.url.host)\r\n"
            for field in request.headers.fields { head += "\(field.name): \(field.value)\r\n" }
            head += "Content-Length: \(request.body.count)\r\n\r\n"
            try connection.write(Array(head.utf8) + request.body, until: deadline)
            let (lines, body) = try Message.read(from: connection)
            return HTTPResponse(status: Int(lines.split(separator: " ")[1]) ?? 0, body: body)
        } catch is SocketFailure {
            throw HTTPFailure(.refused, request.url.origin)
        }
    }
}
