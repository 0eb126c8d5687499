internal import PluginKit

/// Metrics as lines of StatsD: `name:value|c`, `|g`, and with tags in Datadog's form, `|#stage:plays`.
///
/// The format: https://github.com/statsd/statsd/blob/master/docs/metric_types.md, and
/// https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/. A counter's line has the increase since the
/// previous snapshot, because the server adds them up.
struct StatsDLines {
    /// The value of each counter that was last sent.
    private var sent: [String: Double] = [:]
    /// The gauges that the server holds, by name and labels.
    private var shown: [String: (name: String, labels: [MetricLabel])] = [:]
    private let hasTags: Bool
    private let prefix: String

    /// Creates lines for a server that has received nothing yet.
    ///
    /// - Parameters:
    ///   - hasTags: Whether labels are sent as tags; otherwise their values are appended to the name.
    ///   - prefix: A prefix for every name.
    init(hasTags: Bool, prefix: String = "") {
        self.hasTags = hasTags
        self.prefix = prefix
    }

    /// The lines of a snapshot; its counters then count as sent.
    mutating func lines(_ snapshot: MetricSnapshot) -> [String] {
        let before = shown
        shown = [:]
        var lines: [String] = []
        for family in snapshot.families {
            for sample in family.samples {
                let name = prefix + family.definition.name
                switch sample.value {
                case .number(let number) where family.definition.kind == .counter:
                    added(name, labels: sample.labels, total: number, to: &lines)
                case .number(let number):
                    shows(name, labels: sample.labels, value: number, in: &lines)
                case .times(let times):
                    // The protocol has no buckets: the number, the sum, and the current quantiles are sent.
                    for (suffix, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
                        shows("\(name)_\(suffix)", labels: sample.labels, value: times.quantile(share), in: &lines)
                    }
                    added("\(name)_count", labels: sample.labels, total: Double(times.count), to: &lines)
                    added("\(name)_sum", labels: sample.labels, total: times.seconds, to: &lines)
                }
            }
        }
        // A server keeps the last value of a gauge, and a queue that no longer exists is not full.
        for (_, gauge) in before.filter({ shown[$0.key] == nil }).sorted(by: { $0.key < $1.key }) {
            lines.append(line(gauge.name, labels: gauge.labels, value: 0, type: "g"))
        }
        return lines
    }

    private func key(_ name: String, labels: [MetricLabel]) -> String {
        name + labels.map { "\u{0}\($0.name)\u{0}\($0.value)" }.joined()
    }

    private mutating func shows(_ name: String, labels: [MetricLabel], value: Double, in lines: inout [String]) {
        // The protocol cannot express other values.
        guard value.isFinite else { return }
        shown[key(name, labels: labels)] = (name, labels)
        lines.append(line(name, labels: labels, value: value, type: "g"))
    }

    private mutating func added(_ name: String, labels: [MetricLabel], total: Double, to lines: inout [String]) {
        let key = key(name, labels: labels)
        let delta = total - (sent[key] ?? 0)
        guard delta > 0, delta.isFinite else { return }
        sent[key] = total
        lines.append(line(name, labels: labels, value: delta, type: "c"))
    }

    private func line(_ name: String, labels: [MetricLabel], value: Double, type: String) -> String {
        let number = Int(exactly: value).map { "\($0)" } ?? "\(value)"
        guard hasTags else {
            // A dot separates the parts of a name, and servers with one file per name create folders at a slash.
            let parts = labels.map { Self.clean($0.value) { Self.isUnfit($0) || $0 == "." || $0 == "/" } }
            let name = ([name] + parts).joined(separator: ".")
            return "\(name):\(number)|\(type)"
        }
        let tags = labels.map { "\($0.name):\(Self.clean($0.value, where: Self.isUnfit))" }.joined(separator: ",")
        return "\(name):\(number)|\(type)" + (tags.isEmpty ? "" : "|#\(tags)")
    }

    /// Whether a character has a meaning in a line, or ends it.
    static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        ":|@#, ".unicodeScalars.contains(scalar) || scalar.properties.generalCategory == .control
    }

    /// A text in which unfit characters are replaced by `_`.
    private static func clean(_ text: String, where isUnfit: (Unicode.Scalar) -> Bool) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isUnfit($0) ? "_" : $0 }))
    }

    /// Lines combined into datagrams of at most `limit` bytes; a longer line is sent alone.
    static func datagrams(_ lines: [String], atMost limit: Int = 1432) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        for line in lines {
            let bytes = Array(line.utf8)
            if let last = datagrams.indices.last, datagrams[last].count + 1 + bytes.count <= limit {
                datagrams[last] += [UInt8(ascii: "\n")] + bytes
            } else {
                datagrams.append(bytes)
            }
        }
        return datagrams
    }
}
