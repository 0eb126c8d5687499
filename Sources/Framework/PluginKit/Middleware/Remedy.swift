/// How a layer may shorten the runs of pipelines that do not have it; see `Middleware.remedies`.
public enum Remedy: Sendable, CaseIterable {
    /// It answers calls from stored answers, so that fewer are made.
    case fewerCalls
    /// It finds the best number of simultaneous calls.
    case concurrency
}
