public import Diagnostics
internal import PluginKit
internal import TOML

/// A pipeline file, read but not understood: its sections with their places; no plugin has been looked up yet.
public struct PipelineFile: Sendable {
    /// The text.
    public let source: SourceText
    /// What the pipeline is called.
    ///
    /// Default: the file's name without `.toml`.
    public let name: String
    /// What it is for.
    public let description: String
    /// What `-D` can set.
    public let variables: [PipelineVariable]
    /// The pipelines that have to have run before.
    public let needs: [Reference]

    let run: TOMLValue
    let http: TOMLValue
    let layers: [LayerSection]
    let exporters: [ExporterSection]
    let sources: [StageSection]
    let transforms: [StageSection]
    let sinks: [StageSection]

    var stages: [StageSection] { sources + transforms + sinks }
}

/// A variable of a pipeline file.
public struct PipelineVariable: Sendable {
    /// Its name.
    public let name: String
    /// What it is for.
    public let help: String
    /// Its text if nobody sets it; nil if somebody must.
    public let defaultText: String?
    /// What its default is: a text, a number, `true` or `false`.
    let kind: TOMLValue.Kind
    let range: SourceRange
    /// Where its default stands.
    let defaultRange: SourceRange?
}

/// A word in a file that refers to something else.
public struct Reference: Sendable {
    /// The word.
    public let name: String
    /// Where it stands.
    public let range: SourceRange
}

/// `[[source]]`, `[[transform]]` or `[[sink]]`.
struct StageSection: Sendable {
    let kind: Registry.Kind
    let use: Reference
    let name: Reference
    /// The stages that it reads; nil: those above it.
    let from: [Reference]?
    /// The stage that it looks things up in.
    let lookup: Reference?
    /// The layers round it; nil: all that apply.
    let layers: [Reference]?
    /// Where a source begins; nil: at the start.
    let since: Reference?
    /// How late records of an incremental source may come.
    let lag: TOMLValue
    let table: TOMLValue

    /// The keys that the engine reads; the others are the plugin's.
    static let keys: Set<String> = ["use", "name", "from", "lookup", "middleware", "since", "lag"]

    /// The stage in words, for messages.
    var subject: String { "\(kind) '\(use.name)'" }
}

/// `[middleware.NAME]`.
struct LayerSection: Sendable {
    let name: String
    let use: Reference
    let table: TOMLValue

    static let keys: Set<String> = ["use"]
    var subject: String { "middleware '\(use.name)'" }
}

/// `[exporter.NAME]`.
struct ExporterSection: Sendable {
    let name: String
    let use: Reference
    let table: TOMLValue

    /// The keys that the engine reads: `use`, and those of `ExporterSettings`.
    static var keys: Set<String> { Set(["use"] + ExporterSettings.definitions.map(\.name)) }
    var subject: String { "exporter '\(use.name)'" }
}
