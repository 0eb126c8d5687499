/// Time that calls have waited in a plugin for one reason: a turn, a slot, a pause.
///
/// The engine ranks the delays of a run together with everything else that took time, and reports the largest. It then
/// asks the plugin for advice (`Plugin.advice(on:)`).
public struct Delay: Sendable, Hashable {
    /// What effect more simultaneous calls would have on a delay.
    public enum Kind: Sendable, Hashable {
        /// A rate is the limit: additional simultaneous calls would also wait.
        case rate
        /// The number of simultaneous calls is the limit: more would help, unless a rate is reached.
        case concurrency
        /// The limit is neither.
        case other
    }

    /// The name of the reason in reports: lower-case ASCII letters, digits and `-`, such as `limiter`.
    public let cause: String
    /// What effect more simultaneous calls would have.
    public let kind: Kind
    /// What calls waited for, as a noun: `the request limit 'quota'`.
    public let subject: String
    /// What happened, as text before a share of the time: `'plays' waited for the request limit 'quota'`.
    public let sentence: String
    /// Total waiting time of all calls, since the plugin was created.
    public let length: Duration
    /// Whether stages share the plugin, so that `length` is their total.
    public let isShared: Bool

    /// Creates a delay.
    ///
    /// - Parameters:
    ///   - cause: The name of the reason in reports.
    ///   - kind: What effect more simultaneous calls would have. Default: `other`.
    ///   - subject: What calls waited for, as a noun.
    ///   - stage: The name of the stage that waited: `context.stage`.
    ///   - sentence: What happened, as text before a share of the time. Default: `'STAGE' waited for SUBJECT`.
    ///   - length: Total waiting time of all calls, since the plugin was created.
    ///   - isShared: Whether stages share the plugin, so that `length` is their total. Default: false.
    public init(
        _ cause: String,
        kind: Kind = .other,
        subject: String,
        stage: String,
        sentence: String? = nil,
        length: Duration,
        isShared: Bool = false
    ) {
        self.cause = cause
        self.kind = kind
        self.subject = subject
        self.sentence = sentence ?? "'\(stage)' waited for \(subject)"
        self.length = length
        self.isShared = isShared
    }
}
