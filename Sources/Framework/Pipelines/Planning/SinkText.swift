internal import Diagnostics
internal import PluginKit
internal import Records
internal import TOML

/// The definition of a sink, as TOML that outlives the pipeline file: the columns of its input, its options, and the
/// variables that these refer to.
///
///     columns = ["text title", "integer year"]
///
///     [variables]
///     table = "films"
///
///     [options]
///     table = "${var:table}"
///     password = "${env:DB_PASSWORD}"
///
/// References are stored as written; a secret that is written literally in the file is not stored with the options
/// (`secrets`). The value of a variable is stored if the command line or the file set it, unless its name is that of a
/// secret. Of values that a chain set, and of secrets, only a digest is stored (`[digests]`): the program that creates
/// the sink has to know the value.
struct SinkText {
    let columns: [String]
    let variables: [String: String]
    let digests: [String: String]
    /// The options that are secrets written literally in the file.
    let secrets: [String]
    let options: TOMLValue
}

extension SinkText {
    /// The text of a sink of a file.
    ///
    /// - Parameters:
    ///   - section: Its section.
    ///   - input: The columns that it was created for.
    ///   - file: The file.
    ///   - given: The values of the file's variables that are set from outside.
    ///   - interpolation: The values of all variables.
    init(
        _ section: StageSection,
        input: Schema,
        of file: PipelineFile,
        given: VariableSettings,
        interpolation: Interpolation
    ) {
        secrets = section.table.entries.filter { entry in
            file.source.conceals(valuesOf: entry.key) && !Self.hasReference(entry.value)
        }.map(\.key)
        columns = input.columns.map { "\($0.holdsJSON ? Self.json : $0.kind.rawValue) \($0.name)" }
        options = section.table
        var variables: [String: String] = [:]
        var digests: [String: String] = [:]
        var open = Self.names(in: section.table)
        while let name = open.popFirst() {
            guard variables[name] == nil, digests[name] == nil,
                let variable = file.variables.first(where: { $0.name == name })
            else { continue }
            guard let setting = given.settings[name] else {
                let text = variable.defaultText ?? ""
                if file.source.conceals(valuesOf: name), !text.contains("${") {
                    digests[name] = Self.digest(of: text.replacing("$$", with: "$"))
                } else {
                    variables[name] = text
                    open.formUnion(Interpolation.variables(in: text.utf8))
                }
                continue
            }
            let text = setting.text ?? ""
            if setting.step == nil, !file.source.conceals(valuesOf: name) {
                variables[name] = text.replacing("$", with: "$$")
            } else {
                digests[name] = Self.digest(of: text)
            }
        }
        self.variables = variables
        self.digests = digests
    }

    /// The texts of all sinks that commit, by stage.
    static func all(
        _ nodes: [Plan.Node],
        of file: PipelineFile,
        given: VariableSettings,
        interpolation: Interpolation
    ) -> [String: String] {
        nodes.reduce(into: [:]) { texts, node in
            guard case .sink(let sink) = node.stage, sink.commitment.commits,
                let section = file.sinks.first(where: { $0.name.name == node.name })
            else { return }
            let text = SinkText(section, input: node.input, of: file, given: given, interpolation: interpolation)
            // Values that were read from a document can be written to one.
            texts[node.name] = (try? text.encoded()) ?? ""
        }
    }

    /// Denotes the kind of texts that contain JSON.
    static let json = "json"

    /// The digest that replaces a value that is not stored.
    static func digest(of text: String) -> String {
        var digest = ConfigurationDigest(interpolation: Interpolation())
        digest.add(text)
        return digest.text
    }

    /// The variables that a value refers to, at any depth.
    private static func names(in value: TOMLValue) -> Set<String> {
        switch value.kind {
        case .table: value.entries.reduce(into: []) { $0.formUnion(names(in: $1.value)) }
        case .array: value.elements.reduce(into: []) { $0.formUnion(names(in: $1)) }
        case .string: Interpolation.variables(in: (value.string ?? "").utf8)
        default: []
        }
    }

    private static func hasReference(_ value: TOMLValue) -> Bool {
        switch value.kind {
        case .array: value.elements.contains(where: hasReference)
        case .string: (value.string ?? "").contains("${")
        default: false
        }
    }

    /// The definition as TOML.
    ///
    /// - Throws: `toml.*` if an option cannot be written; options that were read can be.
    func encoded() throws(Diagnostic) -> String {
        String(decoding: try TOMLEncoder().encode(Document(of: self)), as: UTF8.self)
    }

    private struct Document: Encodable {
        let columns: [String]
        let variables: [String: String]
        let digests: [String: String]
        let secrets: [String]
        let options: [String: TOMLValue]

        init(of text: SinkText) {
            columns = text.columns
            variables = text.variables
            digests = text.digests
            secrets = text.secrets
            options = text.options.entries.reduce(into: [:]) { options, entry in
                guard !StageSection.keys.contains(entry.key), !text.secrets.contains(entry.key) else { return }
                options[entry.key] = entry.value
            }
        }
    }
}
