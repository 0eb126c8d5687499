/// A value that a plugin measures: the report of a run shows those with a name, exporters receive those with a family.
///
/// The engine adds the label `pipeline`, and `stage`, `layer` or `exporter`.
public struct Measurement: Sendable, Hashable {
    /// What it counts, in words that fit before a number: `hits`, `time waited`; nil if only exporters receive it.
    public let name: String?
    /// The present number, in ``unit``, or histogram.
    public let value: MetricValue
    /// The unit of a number, such as `s` or `B`; empty if it counts things.
    public let unit: String
    /// The name, kind, unit and help of the metric family; nil if only the report shows it.
    public let definition: MetricDefinition?
    /// What distinguishes the value from others of its family.
    public let labels: [MetricLabel]
    /// Whether stages share what is measured, so that each reports the same value: then it has no label `stage`.
    public let isShared: Bool

    /// Creates a number for the report, and for exporters if it has a family.
    ///
    /// - Parameters:
    ///   - name: What it counts, in words that fit before a number.
    ///   - value: The number.
    ///   - unit: Its unit, such as `s` or `B`; empty if it counts things.
    ///   - metric: A family that the plugin declares. Its unit is seconds where `unit` is `s`, bytes where it is `B`, a
    ///     ratio where it is `%`. Default: only the report shows it.
    ///   - isShared: Whether stages share what is measured.
    public init(
        _ name: String,
        value: Double,
        unit: String = "",
        metric: MetricDefinition? = nil,
        isShared: Bool = false
    ) {
        self.name = name
        self.value = .number(value)
        self.unit = unit
        definition = metric
        labels = []
        self.isShared = isShared
    }

    /// Creates a value that only exporters receive.
    ///
    /// - Parameters:
    ///   - definition: The metric family, which the plugin declares.
    ///   - value: The number, in the unit of the family, or histogram.
    ///   - labels: What distinguishes the value from others of its family.
    ///   - isShared: Whether stages share what is measured.
    public init(
        _ definition: MetricDefinition,
        value: MetricValue,
        labels: [MetricLabel] = [],
        isShared: Bool = false
    ) {
        name = nil
        self.value = value
        unit = ""
        self.definition = definition
        self.labels = labels
        self.isShared = isShared
    }

    /// The number, in ``unit``; nil if it is a histogram.
    public var number: Double? {
        if case .number(let number) = value { number } else { nil }
    }

    /// The value in the unit of its family.
    package var exported: MetricValue {
        guard unit == "%", let number else { return value }
        return .number(number / 100)
    }
}
