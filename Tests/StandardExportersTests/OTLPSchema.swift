import Formats

/// What an `ExportMetricsServiceRequest` must be in JSON, written down anew from what is published.
///
/// That is opentelemetry-proto 1.5, `collector/metrics/v1/metrics_service.proto` and `metrics/v1/metrics.proto`, and the
/// JSON form in the specification of OTLP. It shares nothing with the exporter.
struct OTLPSchema {
    private(set) var problems: [String] = []

    /// What is wrong with a body; empty if nothing is.
    static func problems(in body: JSONValue) -> [String] {
        var schema = OTLPSchema()
        schema.keys(of: body, at: "request", required: ["resourceMetrics"])
        schema.each(body["resourceMetrics"], "resourceMetrics") { schema, resource, place in
            schema.keys(of: resource, at: place, required: ["resource", "scopeMetrics"], allowed: ["schemaUrl"])
            schema.keys(
                of: resource["resource"] ?? .null,
                at: place + ".resource",
                required: ["attributes"],
                allowed: ["droppedAttributesCount"]
            )
            schema.attributes(resource["resource"]?["attributes"], place + ".resource")
            schema.each(resource["scopeMetrics"], place + ".scopeMetrics") { schema, scope, place in
                schema.keys(of: scope, at: place, required: ["scope", "metrics"], allowed: ["schemaUrl"])
                schema.keys(
                    of: scope["scope"] ?? .null,
                    at: place + ".scope",
                    required: ["name"],
                    allowed: ["version", "attributes"]
                )
                schema.each(scope["metrics"], place + ".metrics") { $0.metric($1, $2) }
            }
        }
        return schema.problems
    }

    private mutating func metric(_ metric: JSONValue, _ place: String) {
        let kinds = ["gauge", "sum", "histogram"].filter { metric[$0] != nil }
        keys(of: metric, at: place, required: ["name", "unit"] + kinds, allowed: ["description", "metadata"])
        guard let name = metric["name"]?.string, !name.isEmpty else { return say(place, "has no name") }
        guard kinds.count == 1, let kind = kinds.first, let data = metric[kind] else {
            return say(place, "is not of one kind")
        }
        var required = ["dataPoints"]
        if kind != "gauge" { required.append("aggregationTemporality") }
        if kind == "sum" { required.append("isMonotonic") }
        keys(of: data, at: place, required: required)
        if kind != "gauge", data["aggregationTemporality"]?.integer != 2 {
            say(place, "is not cumulative: the enumeration is a number, 2")
        }
        if kind == "sum", data["isMonotonic"]?.bool == nil { say(place, "does not say whether it only grows") }
        each(data["dataPoints"], place + ".dataPoints") { schema, point, place in
            schema.point(point, isHistogram: kind == "histogram", place)
        }
    }

    private mutating func point(_ point: JSONValue, isHistogram: Bool, _ place: String) {
        let times = ["attributes", "startTimeUnixNano", "timeUnixNano"]
        if isHistogram {
            keys(
                of: point,
                at: place,
                required: times + ["count", "bucketCounts", "explicitBounds"],
                allowed: ["sum", "min", "max", "flags", "exemplars"]
            )
        } else {
            let value = point["asInt"] != nil ? "asInt" : "asDouble"
            keys(of: point, at: place, required: times + [value], allowed: ["flags", "exemplars"])
            if let text = point["asInt"], text.string.flatMap({ Int64($0) }) == nil {
                say(place, "asInt is decimal text")
            }
            if let number = point["asDouble"], number.real == nil { say(place, "asDouble is a number") }
        }
        attributes(point["attributes"], place)
        let start = unsigned(point["startTimeUnixNano"], place, "startTimeUnixNano")
        let time = unsigned(point["timeUnixNano"], place, "timeUnixNano")
        if let start, let time, start > time || start == 0 { say(place, "ends before it begins") }
        guard isHistogram else { return }
        let count = unsigned(point["count"], place, "count")
        let counts = (point["bucketCounts"]?.array ?? []).map { unsigned($0, place, "bucketCounts") ?? 0 }
        let bounds = (point["explicitBounds"]?.array ?? []).compactMap(\.real)
        if counts.count != bounds.count + 1 { say(place, "has \(counts.count) buckets for \(bounds.count) bounds") }
        if let count, counts.reduce(0, +) != count { say(place, "the buckets do not add up to the count") }
        if zip(bounds, bounds.dropFirst()).contains(where: { $0 >= $1 }) { say(place, "the bounds do not grow") }
    }

    private mutating func attributes(_ value: JSONValue?, _ place: String) {
        var seen: Set<String> = []
        each(value, place + ".attributes") { schema, attribute, place in
            schema.keys(of: attribute, at: place, required: ["key", "value"])
            guard let key = attribute["key"]?.string else { return schema.say(place, "has no key") }
            if !seen.insert(key).inserted { schema.say(place, "'\(key)' is there twice") }
            schema.keys(of: attribute["value"] ?? .null, at: place + ".value", required: ["stringValue"])
        }
    }

    private mutating func unsigned(_ value: JSONValue?, _ place: String, _ name: String) -> UInt64? {
        guard let number = value?.string.flatMap({ UInt64($0) }) else {
            say(place, "\(name) is decimal text, as 64 bits do not fit into a number of JSON")
            return nil
        }
        return number
    }

    private mutating func each(
        _ value: JSONValue?,
        _ place: String,
        _ body: (inout OTLPSchema, JSONValue, String) -> Void
    ) {
        guard let values = value?.array else { return say(place, "is no list") }
        for (index, value) in values.enumerated() { body(&self, value, "\(place)[\(index)]") }
    }

    private mutating func keys(of value: JSONValue, at place: String, required: [String], allowed: [String] = []) {
        guard let members = value.object else { return say(place, "is no object") }
        let names = members.map(\.key)
        for name in required where !names.contains(name) { say(place, "lacks '\(name)'") }
        for name in names where !(required + allowed).contains(name) { say(place, "has an unknown '\(name)'") }
    }

    private mutating func say(_ place: String, _ what: String) { problems.append("\(place) \(what)") }
}
