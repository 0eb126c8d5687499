/// What a layer does that may shorten runs of pipelines that do not have it; see `Middleware.remedies`.
public enum Remedy: Sendable, CaseIterable {
    /// It answers calls with what it has, so that fewer are made.
    case fewerCalls
    /// It finds out how many calls at the same time are best.
    case concurrency
}
