/// What slowed a run down most, and a change that helps according to the measured times.
///
/// The main task of a run does one thing at a time: it waits for a page, for a sink, for a checkpoint, or works. The
/// longest wait is divided into the stage's own work, a server, and the plugins that delayed its calls.
public struct Bottleneck: Sendable, Hashable {
    /// What slowed it down: the cause of a plugin's delay (`Delay.cause`), or one of the run's own: `source`,
    /// `transform`, `sink`, `server`, `limit` (a service's own limit of requests), `checkpoints`, `finishing`,
    /// `asking`, `engine`.
    public let cause: String
    /// The stage concerned; nil if there is none.
    public let stage: String?
    /// The name of the layer in the pipeline, or of a service's own limit; nil if neither was the cause.
    public let layer: String?
    /// The part of the run's time, from 0 to 1.
    public let share: Double
    /// The bottleneck as a sentence: `'plays' waited for the request limit 'quota' 83 % of the time`.
    public let words: String
    /// A change to try, or why none helps; nil if the times do not show that any would.
    public let advice: String?
}
