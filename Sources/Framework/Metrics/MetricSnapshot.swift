/// The metrics of a run at one time.
///
/// Counters begin at 0 when the process begins or resumes the run. No value is secret: labels are names from the
/// pipeline file and a few fixed words.
public struct MetricSnapshot: Sendable {
    /// The run that was measured.
    public let run: RunIdentity
    /// When counting began, in nanoseconds since 1970-01-01T00:00:00Z.
    public let startedAt: Int64
    /// When the snapshot was taken, in nanoseconds since 1970-01-01T00:00:00Z; never before an earlier snapshot.
    public let takenAt: Int64
    /// The families, each once, in a fixed order; those without a value are omitted.
    public let families: [MetricFamily]

    /// Creates a snapshot.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - startedAt: When counting began, in nanoseconds since 1970-01-01T00:00:00Z.
    ///   - takenAt: When the snapshot was taken, in the same unit.
    ///   - families: The metrics. Families with the same name are merged, and those without a value omitted.
    public init(run: RunIdentity, startedAt: Int64, takenAt: Int64, families: [MetricFamily]) {
        self.run = run
        self.startedAt = startedAt
        self.takenAt = takenAt
        self.families = Self.merged(families)
    }

    /// The family with a name; nil if it has no value.
    public func family(_ name: String) -> MetricFamily? { families.first { $0.definition.name == name } }

    /// The sum of a family's numbers that have all of these labels; nil if there are no such numbers.
    public func total(_ name: String, labels: KeyValuePairs<String, String> = [:]) -> Double? {
        let numbers = (family(name)?.samples ?? []).compactMap { sample -> Double? in
            guard labels.allSatisfy({ sample.labels.contains(MetricLabel($0.key, value: $0.value)) }),
                case .number(let number) = sample.value
            else { return nil }
            return number
        }
        return numbers.isEmpty ? nil : numbers.reduce(0, +)
    }

    /// The families, each once and in the order of their first occurrence; those without a value are omitted.
    static func merged(_ families: [MetricFamily]) -> [MetricFamily] {
        var merged: [MetricFamily] = []
        var places: [String: Int] = [:]
        var known: [String: Set<[MetricLabel]>] = [:]
        for family in families where !family.samples.isEmpty {
            let name = family.definition.name
            if let place = places[name] {
                // Another kind under the same name would be misinterpreted as the first.
                guard merged[place].definition.kind == family.definition.kind else { continue }
                let seen = known[name] ?? []
                merged[place].samples += family.samples.filter { !seen.contains($0.labels) }
            } else {
                places[name] = merged.count
                merged.append(family)
            }
            known[name, default: []].formUnion(family.samples.map(\.labels))
        }
        return merged
    }
}
