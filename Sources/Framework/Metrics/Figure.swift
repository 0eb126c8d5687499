/// A number that a layer has to tell at the end of a run.
public struct Figure: Sendable, Hashable {
    /// What it counts, in words that fit before a number: `hits`, `time waited`.
    public let name: String
    /// The number that the report shows, in ``unit``.
    public let value: Double
    /// Its unit, such as `s` or `B`; empty if it counts things.
    public let unit: String
    /// What exporters call it; nil if it is for people only.
    public let metric: MetricDefinition?
    /// Whether it is of something that stages share, so that each of them tells the same.
    public let isShared: Bool

    /// A number with a name.
    ///
    /// - Parameters:
    ///   - name: What it counts, in words that fit before a number.
    ///   - value: The number.
    ///   - unit: Its unit, such as `s` or `B`; empty if it counts things.
    ///   - metric: What exporters call it: a family that the plugin declares. Its unit is seconds where `unit` is `s`, bytes where it is `B`,
    ///     a ratio where it is `%`. Default: it is for people only.
    ///   - isShared: Whether it is of something that stages share.
    public init(
        _ name: String,
        value: Double,
        unit: String = "",
        metric: MetricDefinition? = nil,
        isShared: Bool = false
    ) {
        self.name = name
        self.value = value
        self.unit = unit
        self.metric = metric
        self.isShared = isShared
    }
}
