/// Everything that is known of a run at one moment, in figures.
///
/// Counters begin at 0 when the process begins the run or takes it up. Nothing in it is secret: labels are the names that
/// the pipeline file gives, and a few words of the house.
public struct MetricSnapshot: Sendable {
    /// The run that was measured.
    public let run: RunIdentity
    /// When counting began, in nanoseconds since 1970-01-01T00:00:00Z.
    public let startedAt: Int64
    /// When the figures were looked at, in nanoseconds since 1970-01-01T00:00:00Z; never before those of an earlier look.
    public let takenAt: Int64
    /// The families, each once, in a fixed order; those without a value are missing.
    public let families: [MetricFamily]

    /// A look at a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - startedAt: When counting began, in nanoseconds since 1970-01-01T00:00:00Z.
    ///   - takenAt: When this is, in the same way.
    ///   - families: What is known; values of one name are put together, and families without one are left out.
    public init(run: RunIdentity, startedAt: Int64, takenAt: Int64, families: [MetricFamily]) {
        self.run = run
        self.startedAt = startedAt
        self.takenAt = takenAt
        var merged: [MetricFamily] = []
        for family in families where !family.samples.isEmpty {
            if let index = merged.firstIndex(where: { $0.definition.name == family.definition.name }) {
                // A second kind under one name would be read as the first.
                guard merged[index].definition.kind == family.definition.kind else { continue }
                let known = Set(merged[index].samples.map(\.labels))
                merged[index].samples += family.samples.filter { !known.contains($0.labels) }
            } else {
                merged.append(family)
            }
        }
        self.families = merged
    }

    /// The family of a name; nil if it has no value.
    public func family(_ name: String) -> MetricFamily? { families.first { $0.definition.name == name } }

    /// The sum of a family's numbers that have all of these labels; nil if there is none.
    public func total(_ name: String, labels: KeyValuePairs<String, String> = [:]) -> Double? {
        let numbers = (family(name)?.samples ?? []).compactMap { sample -> Double? in
            guard labels.allSatisfy({ sample.labels.contains(MetricLabel($0.key, value: $0.value)) }),
                case .number(let number) = sample.value
            else { return nil }
            return number
        }
        return numbers.isEmpty ? nil : numbers.reduce(0, +)
    }
}
