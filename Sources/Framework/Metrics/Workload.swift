/// The measurements of a plugin in a run, on which its advice is based.
public struct Workload: Sendable {
    /// The delay that slowed the run down; nil if the calls themselves did, or if more simultaneous calls would help.
    public let delay: Delay?
    /// Its share of the run's time, from 0 to 1.
    public let share: Double
    /// How many calls of the stage, or exports of an exporter, have ended.
    public let calls: Int
    /// How many records the stage has read or accepted.
    public let records: Int
    /// Total time of the stage's own calls, without delays.
    public let worked: Duration
    /// Total delay of calls: for the reason in `delay`; for a stage, by all of its layers.
    public let delayed: Duration
    /// What could answer calls so that fewer are made, as a noun such as `a cache`; nil if nothing could, or if
    /// something outside of the plugin already does.
    public let substitute: String?

    /// Creates the measurements of a plugin.
    ///
    /// - Parameters:
    ///   - delay: The delay that slowed the run down; nil if the calls themselves did.
    ///   - share: Its share of the run's time, from 0 to 1.
    ///   - calls: How many calls have ended.
    ///   - records: How many records the stage has read or accepted.
    ///   - worked: Total time of the stage's own calls.
    ///   - delayed: Total delay of calls.
    ///   - substitute: What could answer calls so that fewer are made, as a noun.
    public init(
        delay: Delay? = nil,
        share: Double = 1,
        calls: Int = 0,
        records: Int = 0,
        worked: Duration = .zero,
        delayed: Duration = .zero,
        substitute: String? = nil
    ) {
        self.delay = delay
        self.share = share
        self.calls = calls
        self.records = records
        self.worked = worked
        self.delayed = delayed
        self.substitute = substitute
    }
}
