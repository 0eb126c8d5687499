public import Diagnostics
internal import PluginKit
internal import TOML

/// A pipeline file, parsed but not resolved: its sections with their positions; no plugin has been looked up yet.
public struct PipelineFile: Sendable {
    /// The text of the file, which messages quote.
    public let source: SourceText
    /// The name of the pipeline.
    ///
    /// Default: the file's name without `.toml`.
    public let name: String
    /// The description in the file.
    public let description: String
    /// The variables that `-D` can set.
    public let variables: [PipelineVariable]
    /// The pipelines that have to run before.
    public let needs: [Reference]

    let run: TOMLValue
    let http: TOMLValue
    let monitor: TOMLValue
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
    /// The description of the variable.
    public let help: String
    /// The default as text; nil if a value is required.
    public let defaultText: String?
    /// The kind of the default: a text, a number, `true` or `false`.
    let kind: TOMLValue.Kind
    let range: SourceRange
    /// The position of the default.
    let defaultRange: SourceRange?
}

/// A word in a file that refers to something by name.
public struct Reference: Sendable {
    /// The word itself.
    public let name: String
    /// The position of the word.
    public let range: SourceRange
}

/// `[[source]]`, `[[transform]]` or `[[sink]]`.
struct StageSection: Sendable {
    let kind: Registry.Kind
    let use: Reference
    private(set) var name: Reference
    /// The stages that it reads; nil: those above it.
    let from: [Reference]?
    /// The stage that it looks up values in.
    let lookup: Reference?
    /// The layers around it; nil: all that apply.
    let layers: [Reference]?
    /// Where a source begins; nil: at the start.
    let since: Reference?
    /// How late records of an incremental source may come.
    let lag: TOMLValue
    let table: TOMLValue

    /// The keys that the engine reads; the others are the plugin's.
    static let keys: Set<String> = ["use", "name", "from", "lookup", "middleware", "since", "lag"]

    /// The stage as a noun, for messages.
    var subject: String { "\(kind) '\(use.name)'" }

    /// The same stage, with another default name if one of the sources is called like its plugin: a file that is read
    /// and written in one format needs no names.
    func named(apartFrom sources: [StageSection]) -> StageSection {
        guard !table["name"].exists, sources.contains(where: { $0.name.name == name.name }) else { return self }
        var section = self
        section.name = Reference(name: "\(name.name)-sink", range: name.range)
        return section
    }
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
