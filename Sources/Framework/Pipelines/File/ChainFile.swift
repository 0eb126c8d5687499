public import Diagnostics
internal import TOML

/// A file that runs pipelines one after the other, parsed but not resolved: no other file has been looked up yet.
public struct ChainFile: Sendable {
    /// The text of the file, which messages quote.
    public let source: SourceText
    /// The name of the chain.
    ///
    /// Default: the file's name without `.toml`.
    public let name: String
    /// The description in the file.
    public let description: String
    /// The variables that `-D` can set.
    public let variables: [PipelineVariable]
    /// The steps that it runs, each after those that it needs, otherwise in the order of the file.
    let steps: [StepSection]

    /// The names of the pipelines and chains that it runs.
    public var runs: [String] { steps.map(\.run.name) }
}

/// What happens to a chain when one of its steps fails.
public enum FailureRule: String, Sendable, CaseIterable {
    /// No other step is started.
    case stop
    /// The steps that do not need it continue.
    case `continue`
}

/// `[[step]]`.
struct StepSection: Sendable {
    /// The pipeline, or another chain.
    let run: Reference
    let name: Reference
    /// The variables that it sets.
    let with: [Setting]
    /// The steps that have to complete before; the one above by default.
    let needs: [Reference]
    let onFailure: FailureRule

    /// A variable that a step sets.
    struct Setting: Sendable {
        let name: Reference
        let value: TOMLValue
    }

    static let keys = ["run", "name", "with", "needs", "on_failure"]
}
