internal import Formats
internal import PluginKit

/// Metrics as the body of an OTLP export over HTTP, in JSON.
///
/// `ExportMetricsServiceRequest` of opentelemetry-proto 1.x (`metrics/v1/metrics.proto`), in the JSON form that
/// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding prescribes: names in lowerCamelCase, enumerations as
/// numbers, 64-bit integers as decimal text, times as nanoseconds since 1970-01-01T00:00:00Z.
enum OTLPRequest {
    /// `AGGREGATION_TEMPORALITY_CUMULATIVE`: every value counts from `startTimeUnixNano` on.
    private static let cumulative = 2

    /// The body of a request.
    ///
    /// - Parameters:
    ///   - snapshot: The metrics.
    ///   - service: The value of `service.name`.
    /// - Returns: The body, as UTF-8.
    static func body(_ snapshot: MetricSnapshot, service: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("resourceMetrics")
            json.array { json in
                json.object { json in
                    json.key("resource")
                    json.object { json in
                        attributes(
                            [
                                MetricLabel("service_name", value: service),
                                MetricLabel("service_instance_id", value: instance(snapshot.run)),
                            ].map { ($0.name.replacing("_", with: "."), $0.value) },
                            to: &json
                        )
                    }
                    json.key("scopeMetrics")
                    json.array { json in
                        json.object { json in
                            json.key("scope")
                            json.object { json in json.member("name", value: "sprocket") }
                            json.key("metrics")
                            json.array { json in
                                for family in snapshot.families { metric(family, in: snapshot, to: &json) }
                            }
                        }
                    }
                }
            }
        }
        return json.takeBytes()
    }

    /// Identifies the sender: the pipeline and its part, the same in every run.
    ///
    /// With the id of the run, each run would have separate series that never seem to grow.
    private static func instance(_ run: RunIdentity) -> String {
        run.partition.map { "\(run.pipeline) \($0)" } ?? run.pipeline
    }

    private static func metric(_ family: MetricFamily, in snapshot: MetricSnapshot, to json: inout JSONWriter) {
        let definition = family.definition
        json.object { json in
            json.member("name", value: definition.name)
            json.member("description", value: definition.help)
            json.member("unit", value: definition.unit.otlp)
            switch definition.kind {
            case .counter:
                json.key("sum")
                json.object { json in
                    json.member("aggregationTemporality", value: cumulative)
                    json.member("isMonotonic", value: true)
                    points(family, in: snapshot, to: &json)
                }
            case .gauge:
                json.key("gauge")
                json.object { json in points(family, in: snapshot, to: &json) }
            case .histogram:
                json.key("histogram")
                json.object { json in
                    json.member("aggregationTemporality", value: cumulative)
                    points(family, in: snapshot, to: &json)
                }
            }
        }
    }

    private static func points(_ family: MetricFamily, in snapshot: MetricSnapshot, to json: inout JSONWriter) {
        json.key("dataPoints")
        json.array { json in
            for sample in family.samples {
                json.object { json in
                    attributes(sample.labels.map { ($0.name, $0.value) }, to: &json)
                    json.member("startTimeUnixNano", value: "\(snapshot.startedAt)")
                    json.member("timeUnixNano", value: "\(snapshot.takenAt)")
                    switch sample.value {
                    case .number(let number): value("asDouble", number: number, to: &json)
                    case .times(let times): histogram(times, to: &json)
                    }
                }
            }
        }
    }

    /// A number; not-a-number and the infinities are texts, as in the JSON form of Protocol Buffers.
    private static func value(_ name: String, number: Double, to json: inout JSONWriter) {
        guard !number.isFinite else { return json.member(name, value: number) }
        json.member(name, value: number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity")
    }

    private static func histogram(_ times: LatencyHistogram, to json: inout JSONWriter) {
        json.member("count", value: "\(times.count)")
        json.member("sum", value: times.seconds)
        json.member("max", value: Double(times.longest) / 1e9)
        json.key("bucketCounts")
        json.array { json in for count in times.exportedCounts { json.write("\(count)") } }
        json.key("explicitBounds")
        json.array { json in for bound in LatencyHistogram.exportedBounds { json.write(bound) } }
    }

    private static func attributes(_ pairs: [(key: String, value: String)], to json: inout JSONWriter) {
        json.key("attributes")
        json.array { json in
            for pair in pairs {
                json.object { json in
                    json.member("key", value: pair.key)
                    json.key("value")
                    json.object { json in json.member("stringValue", value: pair.value) }
                }
            }
        }
    }
}

extension MetricDefinition.Unit {
    /// The unit in UCUM (https://ucum.org).
    ///
    /// The unit of a count is in the name. With `1`, a collector that forwards gauges to Prometheus would add `_ratio`
    /// to it: https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/translator/prometheus,
    /// read on 2026-11-28.
    fileprivate var otlp: String {
        switch self {
        case .count: ""
        case .ratio: "1"
        case .seconds: "s"
        case .bytes: "By"
        }
    }
}
