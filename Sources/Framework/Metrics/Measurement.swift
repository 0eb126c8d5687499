/// A value that a plugin has for a family; the engine adds the label `pipeline`, and `stage`, `layer` or `exporter`.
public struct Measurement: Sendable, Hashable {
    /// The name, kind, unit and help of the metric family.
    public let definition: MetricDefinition
    /// What else tells the value apart.
    public let labels: [MetricLabel]
    /// The present number or histogram.
    public let value: MetricValue
    /// Whether it is of something that stages share, so that each of them has the same: then it has no label `stage`.
    public let isShared: Bool

    /// Creates a measurement of a metric family.
    public init(
        _ definition: MetricDefinition,
        value: MetricValue,
        labels: [MetricLabel] = [],
        isShared: Bool = false
    ) {
        self.definition = definition
        self.labels = labels
        self.value = value
        self.isShared = isShared
    }
}

extension Figure {
    /// The figure as a value of its family; nil if it has none.
    package var measurement: Measurement? {
        metric.map { Measurement($0, value: .number(unit == "%" ? value / 100 : value), isShared: isShared) }
    }
}
