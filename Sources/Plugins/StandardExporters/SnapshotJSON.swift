internal import Formats
internal import PluginKit

/// Figures as one JSON object.
enum SnapshotJSON {
    static func bytes(_ snapshot: MetricSnapshot, isFinal: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("pipeline", snapshot.run.pipeline)
            json.member("run", snapshot.run.id)
            json.member("startedAt", ISO8601.text(ofMilliseconds: snapshot.startedAt / 1_000_000))
            json.member("takenAt", ISO8601.text(ofMilliseconds: snapshot.takenAt / 1_000_000))
            json.member("final", isFinal)
            json.key("families")
            json.array { json in for family in snapshot.families { write(family, &json) } }
        }
        return json.takeBytes()
    }

    private static func write(_ family: MetricFamily, _ json: inout JSONWriter) {
        json.object { json in
            json.member("name", family.definition.name)
            json.member("kind", family.definition.kind.rawValue)
            json.member("unit", family.definition.unit.rawValue)
            json.member("help", family.definition.help)
            json.key("samples")
            json.array { json in for sample in family.samples { write(sample, &json) } }
        }
    }

    private static func write(_ sample: MetricSample, _ json: inout JSONWriter) {
        json.object { json in
            json.key("labels")
            json.object { json in for label in sample.labels { json.member(label.name, label.value) } }
            switch sample.value {
            case .number(let number):
                if let whole = Int(exactly: number) {
                    json.member("value", whole)
                } else {
                    json.member("value", number)
                }
            case .times(let times):
                json.member("count", times.count)
                json.member("sum", times.seconds)
                for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1)] {
                    json.member(name, times.quantile(share))
                }
            }
        }
    }
}
