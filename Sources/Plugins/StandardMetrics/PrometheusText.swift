internal import PluginKit

/// Figures in the text format of Prometheus, version 0.0.4, for the node exporter's collector of text files.
///
/// The format: https://prometheus.io/docs/instrumenting/exposition_formats/. Names end in their unit, counters in
/// `_total`; every family has its help and its type, and stands together.
struct PrometheusText {
    private(set) var text = ""

    /// The upper ends of the buckets of a histogram, in seconds.
    static let bounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]

    /// The figures of calls.
    ///
    /// - Parameters:
    ///   - records: The calls.
    ///   - pipeline: The pipeline that made them, a label of every figure.
    init(_ records: [CallRecord], pipeline: String) {
        family("sprocket_calls_total", "counter", "Calls that have ended, by stage, kind and how they ended.")
        for record in records {
            for ending in CallRecord.Ending.allCases {
                guard let count = record.endings[ending] else { continue }
                let labels = Self.labels(record, pipeline) + [("result", ending.rawValue)]
                sample("sprocket_calls_total", labels, "\(count)")
            }
        }
        family("sprocket_calls_in_flight_max", "gauge", "The most calls at the same time.")
        for record in records {
            sample("sprocket_calls_in_flight_max", Self.labels(record, pipeline), "\(record.mostInFlight)")
        }
        family("sprocket_call_duration_seconds", "histogram", "How long calls took that succeeded.")
        for record in records {
            let labels = Self.labels(record, pipeline)
            for bound in Self.bounds {
                let count = record.latency.count(upTo: bound)
                sample("sprocket_call_duration_seconds_bucket", labels + [("le", "\(bound)")], "\(count)")
            }
            sample("sprocket_call_duration_seconds_bucket", labels + [("le", "+Inf")], "\(record.latency.count)")
            sample("sprocket_call_duration_seconds_sum", labels, "\(Double(record.latency.sum) / 1e9)")
            sample("sprocket_call_duration_seconds_count", labels, "\(record.latency.count)")
        }
    }

    private static func labels(_ record: CallRecord, _ pipeline: String) -> [(String, String)] {
        [("pipeline", pipeline), ("stage", record.stage), ("kind", record.kind.rawValue)]
    }

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name + "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "} \(value)\n"
    }

    /// A label's value: backslash, quote and line end are escaped, nothing else.
    private static func escaped(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
