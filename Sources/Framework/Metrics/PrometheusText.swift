/// Metrics in the text format of Prometheus, version 0.0.4, for its textfile collector or for an HTTP server.
///
/// The format: https://prometheus.io/docs/instrumenting/exposition_formats/. Every family has its help and its type,
/// and its lines are together. Buckets of a histogram are cumulative.
package struct PrometheusText {
    /// The text; every line ends with a line end.
    package private(set) var text = ""

    /// The value of `Content-Type` for an HTTP server.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Creates the text of a snapshot.
    package init(_ snapshot: MetricSnapshot) { self.init(snapshot.families) }

    /// Creates the text of the families of several runs of a process, each run with labels of its own.
    ///
    /// - Parameter families: The families; those with the same name are merged, because a name must not occur twice. Of
    ///   samples with equal labels, the first one counts.
    package init(_ families: [MetricFamily]) {
        for family in MetricSnapshot.merged(families) {
            let definition = family.definition
            text += "# HELP \(definition.name) \(Self.escaped(definition.help))\n"
            text += "# TYPE \(definition.name) \(definition.kind.rawValue)\n"
            for sample in family.samples {
                switch sample.value {
                case .number(let number): line(definition.name, labels: sample.labels, value: Self.number(number))
                case .times(let times): histogram(definition.name, labels: sample.labels, times: times)
                }
            }
        }
    }

    private mutating func histogram(_ name: String, labels: [MetricLabel], times: LatencyHistogram) {
        var below = 0
        for (bound, count) in zip(LatencyHistogram.exportedBounds, times.exportedCounts) {
            below += count
            line(name + "_bucket", labels: labels + [MetricLabel("le", value: "\(bound)")], value: "\(below)")
        }
        line(name + "_bucket", labels: labels + [MetricLabel("le", value: "+Inf")], value: "\(times.count)")
        line(name + "_sum", labels: labels, value: Self.number(times.seconds))
        line(name + "_count", labels: labels, value: "\(times.count)")
    }

    private mutating func line(_ name: String, labels: [MetricLabel], value: String) {
        text += name
        if !labels.isEmpty {
            text +=
                "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }.joined(separator: ",")
                + "}"
        }
        text += " \(value)\n"
    }

    /// Whole numbers are written without a decimal point.
    private static func number(_ number: Double) -> String {
        if let whole = Int(exactly: number) { return "\(whole)" }
        return number.isNaN ? "NaN" : number.isInfinite ? (number > 0 ? "+Inf" : "-Inf") : "\(number)"
    }

    /// Escapes backslashes and line ends; in a label's value also quotes.
    private static func escaped(_ text: String, quotes: Bool = false) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"" where quotes: escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
