/// What held a run up, and one thing to try where the times show that it would help.
///
/// The run itself always does one thing at a time: it waits for a page, for a sink, for a checkpoint, or works. What it
/// waited for the longest is divided into the stage's own work, a server, and the plugins that delayed its calls.
public struct Bottleneck: Sendable, Hashable {
    /// What held it up: the cause of a plugin's delay (`Delay.cause`), or one of the run's own: `source`, `transform`,
    /// `sink`, `server`, `limit` (a service's own limit of requests), `checkpoints`, `finishing`, `asking`, `engine`.
    public let cause: String
    /// The stage that it was about; nil if about none.
    public let stage: String?
    /// What the pipeline calls the layer, or what a service's own limit is called; nil if it was none.
    public let layer: String?
    /// The part of the run's time, from 0 to 1.
    public let share: Double
    /// It in words: `'plays' waited for the request limit 'quota' 83 % of the time`.
    public let words: String
    /// One thing to try, or why nothing is to be; nil where the times do not show that anything would help.
    public let advice: String?
}
