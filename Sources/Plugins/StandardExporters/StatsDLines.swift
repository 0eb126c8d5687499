internal import PluginKit

/// Figures as lines of StatsD: `name:value|c`, `|g`, and with tags as Datadog writes them, `|#stage:plays`.
///
/// The format: https://github.com/statsd/statsd/blob/master/docs/metric_types.md, and
/// https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/. A counter's line says what was added since the
/// snapshot before, because the server adds up.
struct StatsDLines {
    /// What has been sent of each counter.
    private var sent: [String: Double] = [:]
    private let hasTags: Bool
    private let prefix: String

    /// Nothing has been sent yet.
    ///
    /// - Parameters:
    ///   - hasTags: Whether labels are sent as tags; otherwise their values become a part of the name.
    ///   - prefix: What stands before every name.
    init(hasTags: Bool, prefix: String = "") {
        self.hasTags = hasTags
        self.prefix = prefix
    }

    /// The lines of a snapshot, and notes its counters as sent.
    mutating func lines(_ snapshot: MetricSnapshot) -> [String] {
        snapshot.families.flatMap { family in
            family.samples.flatMap { sample -> [String] in
                let name = prefix + family.definition.name
                switch sample.value {
                case .number(let number) where family.definition.kind == .counter:
                    return added(name, sample.labels, number).map { [$0] } ?? []
                case .number(let number):
                    return [line(name, sample.labels, number, "g")]
                case .times(let times):
                    // The protocol has no buckets: how many, how long together, and the quantiles as they are now.
                    let quantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].map { suffix, share in
                        line("\(name)_\(suffix)", sample.labels, times.quantile(share), "g")
                    }
                    return quantiles
                        + [
                            added("\(name)_count", sample.labels, Double(times.count)),
                            added("\(name)_sum", sample.labels, times.seconds),
                        ].compactMap { $0 }
                }
            }
        }
    }

    private mutating func added(_ name: String, _ labels: [MetricLabel], _ total: Double) -> String? {
        let key = name + labels.map { "\u{0}\($0.name)\u{0}\($0.value)" }.joined()
        let delta = total - (sent[key] ?? 0)
        guard delta > 0 else { return nil }
        sent[key] = total
        return line(name, labels, delta, "c")
    }

    private func line(_ name: String, _ labels: [MetricLabel], _ value: Double, _ type: String) -> String {
        let number = Int(exactly: value).map { "\($0)" } ?? "\(value)"
        guard hasTags else {
            let name = ([name] + labels.map { Self.clean($0.value) }).joined(separator: ".")
            return "\(name):\(number)|\(type)"
        }
        let tags = labels.map { "\($0.name):\(Self.clean($0.value))" }.joined(separator: ",")
        return "\(name):\(number)|\(type)" + (tags.isEmpty ? "" : "|#\(tags)")
    }

    /// A text without what has a meaning in a line.
    private static func clean(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    ":|@#,\n\r ".unicodeScalars.contains(scalar) || scalar.value < 0x20 ? "_" : scalar
                }
            )
        )
    }

    /// Lines put together into datagrams of up to so many bytes; a line that is longer by itself goes alone.
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
