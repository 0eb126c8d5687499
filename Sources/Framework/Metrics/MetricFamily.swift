/// All values of one name at one moment.
public struct MetricFamily: Sendable, Hashable {
    /// The name, the unit, and what it counts.
    public let definition: MetricDefinition
    /// The values, each with other labels than all others.
    public var samples: [MetricSample]

    /// The values of a family.
    public init(_ definition: MetricDefinition, samples: [MetricSample] = []) {
        self.definition = definition
        self.samples = samples
    }
}

/// One value and what tells it apart.
public struct MetricSample: Sendable, Hashable {
    /// What tells it apart, in a fixed order.
    public let labels: [MetricLabel]
    /// The number or histogram under these labels.
    public let value: MetricValue

    /// Creates a sample with its labels.
    public init(_ labels: [MetricLabel], value: MetricValue) {
        self.labels = labels
        self.value = value
    }
}

/// What a family has a value of.
public enum MetricValue: Sendable, Hashable {
    /// A counter's or a gauge's, in the unit of the family.
    case number(Double)
    /// A histogram's.
    case times(LatencyHistogram)
}

extension LatencyHistogram {
    /// The upper ends of the buckets in which exporters show times, in seconds; the last bucket has none.
    ///
    /// They are the same for all families and always have been, so that histograms of different runs can be added.
    public static let exportedBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]

    /// How many calls lie in each bucket of `exportedBounds`, and behind the last: one number more than bounds.
    public var exportedCounts: [Int] {
        var counts: [Int] = []
        var below = 0
        for bound in Self.exportedBounds {
            let upTo = count(upTo: bound)
            counts.append(upTo - below)
            below = upTo
        }
        return counts + [count - below]
    }

    /// The time of all calls together, in seconds.
    public var seconds: Double { Double(sum) / 1e9 }
}
