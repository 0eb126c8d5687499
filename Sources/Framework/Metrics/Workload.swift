/// What was measured of a plugin in a run: what its advice is made from.
public struct Workload: Sendable {
    /// The delay that held the run up; nil if the calls themselves did, or if more of them at the same time would help.
    public let delay: Delay?
    /// The part of the run's time that it took, from 0 to 1.
    public let share: Double
    /// How many calls of the stage, or exports of an exporter, have ended.
    public let calls: Int
    /// How many records the stage has read or taken.
    public let records: Int
    /// How long the stage's own calls took together, without delays.
    public let worked: Duration
    /// How long calls were delayed together: by the reason in `delay`; of a stage, by all of its layers.
    public let delayed: Duration
    /// What could answer calls so that fewer are made, as a noun such as `a cache`; nil if nothing could, or something
    /// outside of the plugin does so already.
    public let substitute: String?

    /// What was measured.
    ///
    /// - Parameters:
    ///   - delay: The delay that held the run up; nil if the calls themselves did.
    ///   - share: The part of the run's time that it took, from 0 to 1.
    ///   - calls: How many calls have ended.
    ///   - records: How many records the stage has read or taken.
    ///   - worked: How long the stage's own calls took together.
    ///   - delayed: How long calls were delayed together.
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
