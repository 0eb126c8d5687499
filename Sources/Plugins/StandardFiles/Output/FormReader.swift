internal import PluginKit
internal import TOML

/// Reads files with the source of their format, whose own types are known here and nowhere else.
struct FormReader: Sendable {
    /// The formats that are read.
    static let forms = [CSVSource.name, JSONLinesSource.name, JSONSource.name]

    private let page: @Sendable (String?, ReadRequest, inout Batch) async throws -> Next<String>

    /// Creates the source of the output's format; nil if there is none.
    ///
    /// - Throws: What the source does not accept of the options that the sink stated.
    init?(_ output: PublishedOutput, in context: StageContext) throws {
        guard !output.files.isEmpty else {
            self.init { _, _, _ in .end }
            return
        }
        let text = Self.options(of: output)
        switch output.contents.form {
        case CSVSource.name: self.init(try Self.source(CSVSource.self, options: text, in: context))
        case JSONLinesSource.name: self.init(try Self.source(JSONLinesSource.self, options: text, in: context))
        case JSONSource.name: self.init(try Self.source(JSONSource.self, options: text, in: context))
        default: return nil
        }
    }

    private init(_ page: @escaping @Sendable (String?, ReadRequest, inout Batch) async throws -> Next<String>) {
        self.page = page
    }

    private init<S: Source>(_ source: S) {
        self.init { cursor, request, batch in
            let cursor = try cursor.map { text in
                guard let cursor = S.Cursor(text) else {
                    throw Diagnostic("checkpoint.cursor", message: "'\(text)' is not a cursor of '\(S.name)'")
                }
                return cursor
            }
            return try await source.read(at: cursor, for: request, into: &batch).map(\.description)
        }
    }

    /// Reads a page.
    func read(_ cursor: String?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<String> {
        try await page(cursor, request, &batch)
    }

    private static func source<S: Source>(_ type: S.Type, options text: String, in context: StageContext) throws -> S {
        let document = try TOMLDocument(Array(text.utf8), name: "the output of another pipeline")
        let options = try S.Options.bind(document.root, interpolation: Interpolation(), subject: "source '\(S.name)'")
        return try S(options, in: context)
    }

    /// The options with which the source reads what the sink has written, as TOML.
    private static func options(of output: PublishedOutput) -> String {
        var options = output.contents.reading
        options["path"] = list(output.files.map(\.path))
        options["columns"] = list(
            output.contents.schema.columns.map { column in
                DeclaredColumn(
                    source: [column.name],
                    name: column.name,
                    kind: column.kind,
                    holdsJSON: column.holdsJSON,
                    format: nil
                ).text
            }
        )
        // A column that is null in every record has no key in a file of JSON.
        if output.contents.form != CSVSource.name, options["missing"] == nil { options["missing"] = "\"null\"" }
        return options.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)\n" }.joined()
    }

    private static func list(_ texts: [String]) -> String {
        "[\(texts.map { $0.replacing("$", with: "$$").quoted }.joined(separator: ", "))]"
    }
}
