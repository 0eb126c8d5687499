internal import Formats
internal import PluginKit

/// Metrics as one JSON object.
enum SnapshotJSON {
    static func bytes(_ snapshot: MetricSnapshot, isFinal: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("pipeline", value: snapshot.run.pipeline)
            json.member("run", value: snapshot.run.id)
            json.member("startedAt", value: ISO8601.text(ofMilliseconds: snapshot.startedAt / 1_000_000))
            json.member("takenAt", value: ISO8601.text(ofMilliseconds: snapshot.takenAt / 1_000_000))
            json.member("final", value: isFinal)
            json.key("families")
            json.array { json in for family in snapshot.families { write(family, to: &json) } }
        }
        return json.takeBytes()
    }

    private static func write(_ family: MetricFamily, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", value: family.definition.name)
            json.member("kind", value: family.definition.kind.rawValue)
            json.member("unit", value: family.definition.unit.rawValue)
            json.member("help", value: family.definition.help)
            json.key("samples")
            json.array { json in for sample in family.samples { write(sample, to: &json) } }
        }
    }

    private static func write(_ sample: MetricSample, to json: inout JSONWriter) {
        json.object { json in
            json.key("labels")
            json.object { json in for label in sample.labels { json.member(label.name, value: label.value) } }
            switch sample.value {
            case .number(let number):
                if let whole = Int(exactly: number) {
                    json.member("value", value: whole)
                } else {
                    json.member("value", value: number)
                }
            case .times(let times):
                json.member("count", value: times.count)
                json.member("sum", value: times.seconds)
                for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1)] {
                    json.member(name, value: times.quantile(share))
                }
            }
        }
    }
}
