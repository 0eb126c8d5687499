internal import Formats
public import PluginKit

/// The reference page of a plugin, generated from its declarations.
public struct ReferencePage: Sendable {
    /// The plugin's kind.
    public let kind: Registry.Kind
    /// Its name.
    public let name: String
    private let summary: String
    private let details: String
    private let options: [OptionDefinition]
    private let columns: [ColumnReference]
    private let metrics: [MetricDefinition]
    private let example: String

    /// Creates the page of a plugin; nil if the plugin has no known kind.
    public init?(_ plugin: any Plugin.Type) {
        guard let kind = plugin.kind else { return nil }
        self.kind = kind
        name = plugin.name
        summary = plugin.summary
        details = plugin.details
        columns = plugin.columns
        metrics = plugin.metrics
        options = Self.definitions(plugin)
        example = plugin.example ?? Self.sample(kind, name: plugin.name, options: options)
    }

    private static func definitions<P: Plugin>(_ plugin: P.Type) -> [OptionDefinition] { P.Options.definitions }

    /// The plugin with its required options, as written in a pipeline file.
    private static func sample(_ kind: Registry.Kind, name: String, options: [OptionDefinition]) -> String {
        let head: String
        switch kind {
        case .source, .transform, .sink: head = "[[\(kind)]]"
        case .middleware, .exporter: head = "[\(kind).\(name)]"
        case .account: return "sprocket auth \(name) login"
        }
        let lines = options.filter(\.isRequired).map { "\($0.name) = …" }
        return ([head, "use = \"\(name)\""] + lines).joined(separator: "\n")
    }

    private var columnsTitle: String {
        switch kind {
        case .source: "Columns"
        case .transform: "Columns that it adds"
        case .sink, .middleware, .exporter, .account: "Columns that it reads"
        }
    }

    /// The values that an option accepts, with its default, in a few words.
    private static func terms(_ option: OptionDefinition) -> String {
        var terms = option.shape.words
        if let limits = option.limits { terms += ", \(limits)" }
        if option.isRequired { terms += "; required" }
        if let literal = option.defaultLiteral, !literal.isEmpty { terms += "; default \(literal)" }
        if let deprecation = option.deprecation { terms += "; deprecated: \(deprecation)" }
        return terms
    }
}

extension ReferencePage {
    /// The page for a terminal.
    public var text: String {
        var lines = ["\(name) (\(kind))", "", summary]
        if !details.isEmpty { lines += ["", details] }
        if !options.isEmpty {
            lines += ["", "Options"]
            for option in options {
                lines += ["  \(option.name)", "      \(option.help)", "      \(Self.terms(option))"]
            }
        }
        if !columns.isEmpty {
            lines += ["", columnsTitle]
            let width = columns.map(\.name.count).max() ?? 0
            let kinds = columns.map(\.kind.rawValue.count).max() ?? 0
            for column in columns {
                lines.append(
                    "  \(Self.padded(column.name, to: width))  \(Self.padded(column.kind.rawValue, to: kinds))  \(column.help)"
                )
            }
        }
        if !metrics.isEmpty {
            lines += ["", "Metrics"]
            for metric in metrics { lines += ["  \(metric.name) (\(metric.kind))", "      \(metric.help)"] }
        }
        lines += ["", "Example"] + example.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The page for the documentation.
    public var markdown: String {
        var lines = ["# \(name)", "", "\(kind == .account || kind == .exporter ? "An" : "A") \(kind). \(summary)"]
        if !details.isEmpty { lines += ["", details] }
        if !options.isEmpty {
            lines += ["", "## Options", "", "| option | what it does | values |", "|---|---|---|"]
            for option in options {
                lines.append("| `\(option.name)` | \(Self.cell(option.help)) | \(Self.cell(Self.terms(option))) |")
            }
        }
        if !columns.isEmpty {
            lines += ["", "## \(columnsTitle)", "", "| column | kind | description |", "|---|---|---|"]
            for column in columns { lines.append("| `\(column.name)` | \(column.kind) | \(Self.cell(column.help)) |") }
        }
        if !metrics.isEmpty {
            lines += ["", "## Metrics", "", "| name | kind | description |", "|---|---|---|"]
            for metric in metrics { lines.append("| `\(metric.name)` | \(metric.kind) | \(Self.cell(metric.help)) |") }
        }
        lines += ["", "## Example", "", kind == .account ? "```sh" : "```toml", example, "```"]
        return lines.joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

    /// The page as JSON.
    public func json(version: String) -> String {
        var json = JSONWriter()
        json.beginObject()
        for (key, text) in [
            ("sprocket", version), ("verb", "describe"), ("kind", kind.rawValue), ("name", name), ("summary", summary),
            ("details", details),
        ] {
            json.key(key)
            json.write(text)
        }
        json.key("options")
        json.beginArray()
        for option in options { Self.write(option, to: &json) }
        json.endArray()
        json.key("columns")
        json.beginArray()
        for column in columns {
            json.beginObject()
            for (key, text) in [("name", column.name), ("kind", column.kind.rawValue), ("help", column.help)] {
                json.key(key)
                json.write(text)
            }
            json.endObject()
        }
        json.endArray()
        json.key("metrics")
        json.beginArray()
        for metric in metrics {
            json.beginObject()
            for (key, text) in [
                ("name", metric.name), ("kind", metric.kind.rawValue), ("unit", metric.unit.rawValue),
                ("help", metric.help),
            ] {
                json.key(key)
                json.write(text)
            }
            json.endObject()
        }
        json.endArray()
        json.key("example")
        json.write(example)
        json.endObject()
        return String(decoding: json.takeBytes(), as: UTF8.self)
    }

    private static func write(_ option: OptionDefinition, to json: inout JSONWriter) {
        json.beginObject()
        let texts = [
            ("name", option.name), ("help", option.help), ("shape", option.shape.words),
            ("default", option.defaultLiteral), ("limits", option.limits), ("deprecation", option.deprecation),
        ]
        for case (let key, let text?) in texts {
            json.key(key)
            json.write(text)
        }
        json.key("required")
        json.write(option.isRequired)
        json.endObject()
    }
}
