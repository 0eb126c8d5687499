/// Time that calls waited in a plugin, for one reason: a turn, a place, a pause.
///
/// The engine ranks the delays of a run with everything else that took its time, and reports the largest. It then asks
/// the plugin for advice (`Plugin.advice(on:)`).
public struct Delay: Sendable, Hashable {
    /// What more calls at the same time would do about a delay.
    public enum Kind: Sendable, Hashable {
        /// A rate is the limit: more calls at the same time would wait as well.
        case rate
        /// The number of calls at the same time is the limit: more would help, unless a rate is reached.
        case concurrency
        /// Something else is.
        case other
    }

    /// What reports call the reason: lower-case ASCII letters, digits and `-`, such as `limiter`.
    public let cause: String
    /// What more calls at the same time would do about it.
    public let kind: Kind
    /// What calls waited for, as a noun: `the request limit 'quota'`.
    public let subject: String
    /// What happened, to precede a share of the time: `'plays' waited for the request limit 'quota'`.
    public let sentence: String
    /// How long all calls waited together, since the plugin was made.
    public let length: Duration
    /// Whether stages share the plugin, so that `length` is that of all of them.
    public let isShared: Bool

    /// A delay.
    ///
    /// - Parameters:
    ///   - cause: What reports call the reason.
    ///   - kind: What more calls at the same time would do about it. Default: `other`.
    ///   - subject: What calls waited for, as a noun.
    ///   - stage: What the pipeline calls the stage that waited: `context.stage`.
    ///   - sentence: What happened, to precede a share of the time. Default: `'STAGE' waited for SUBJECT`.
    ///   - length: How long all calls waited together, since the plugin was made.
    ///   - isShared: Whether stages share the plugin, so that `length` is that of all of them. Default: no.
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
