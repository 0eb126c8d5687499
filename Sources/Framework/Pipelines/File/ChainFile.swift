public import Diagnostics
internal import TOML

/// A file that has pipelines run one after the other, read but not understood: no other file has been looked up yet.
public struct ChainFile: Sendable {
    /// The text.
    public let source: SourceText
    /// What the chain is called.
    ///
    /// Default: the file's name without `.toml`.
    public let name: String
    /// What it is for.
    public let description: String
    /// What `-D` can set.
    public let variables: [PipelineVariable]
    /// What it runs, each step behind those that it needs; besides as in the file.
    let steps: [StepSection]

    /// The pipelines and chains that it runs, as it names them.
    public var runs: [String] { steps.map(\.run.name) }
}

/// What becomes of a chain when one of its steps fails.
public enum FailureRule: String, Sendable, CaseIterable {
    /// No other step is begun.
    case stop
    /// The steps that do not need it go on.
    case `continue`
}

/// `[[step]]`.
struct StepSection: Sendable {
    /// The pipeline, or another chain.
    let run: Reference
    let name: Reference
    /// What it sets of the variables.
    let with: [Setting]
    /// The steps that must have done their work before; unless it says otherwise, the one above.
    let needs: [Reference]
    let onFailure: FailureRule

    /// A variable that a step sets.
    struct Setting: Sendable {
        let name: Reference
        let value: TOMLValue
    }

    static let keys = ["run", "name", "with", "needs", "on_failure"]
}
