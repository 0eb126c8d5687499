/// All values of one metric at one time.
public struct MetricFamily: Sendable, Hashable {
    /// The name, the unit, and what it counts.
    public let definition: MetricDefinition
    /// The values, each with a different set of labels.
    public var samples: [MetricSample]

    /// Creates a family with its values.
    public init(_ definition: MetricDefinition, samples: [MetricSample] = []) {
        self.definition = definition
        self.samples = samples
    }
}

/// One value with its labels.
public struct MetricSample: Sendable, Hashable {
    /// The labels, in a fixed order.
    public let labels: [MetricLabel]
    /// The number or histogram under these labels.
    public let value: MetricValue

    /// Creates a sample with its labels.
    public init(_ labels: [MetricLabel], value: MetricValue) {
        self.labels = labels
        self.value = value
    }
}

/// A number, or the distribution of durations.
public enum MetricValue: Sendable, Hashable {
    /// The value of a counter or a gauge, in the unit of the family.
    case number(Double)
    /// The value of a histogram.
    case times(LatencyHistogram)
}

extension LatencyHistogram {
    /// The upper bounds of the buckets in which exporters report times, in seconds; the last bucket has none.
    ///
    /// They are the same for all families and never change, so that histograms of different runs can be added.
    public static let exportedBounds = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]

    /// The number of calls in each bucket of `exportedBounds`, and after the last bound: one more number than bounds.
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

    /// The total time in seconds.
    public var seconds: Double { Double(sum) / 1e9 }
}
