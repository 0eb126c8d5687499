internal import Diagnostics
internal import Formats
internal import Records

/// Records of a small JSON document: an object, or an array of objects.
///
/// Its keys are columns.
struct JSONRecords {
    /// The records; a key that an object lacks is null.
    let batch: Batch

    /// Reads records.
    ///
    /// - Parameters:
    ///   - bytes: The document.
    ///   - name: Its name in messages.
    ///   - kinds: The kinds of columns that are stated; the others follow from the values.
    /// - Throws: A finding of the JSON, `eval.records` for another document, `eval.kind` for a value of another kind.
    init(parsing bytes: [UInt8], name: String, kinds: [String: Schema.Kind]) throws(Diagnostic) {
        let document = try JSONValue(parsing: bytes, name: name)
        let objects = document.array ?? [document]
        var names: [String] = []
        var values: [String: [JSONValue?]] = [:]
        for (row, object) in objects.enumerated() {
            guard let members = object.object else {
                throw Diagnostic(
                    "eval.records",
                    message: "this is neither an object nor an array of objects",
                    category: .usage,
                    at: .file(name),
                    hint: "such as {\"title\": \"Heat\", \"year\": 1995}"
                )
            }
            for member in members {
                if values[member.key] == nil {
                    guard (names.count + 1) * objects.count <= Self.mostCells else {
                        throw Diagnostic(
                            "eval.records",
                            message: "these records have too many columns: more than \(Self.mostCells) cells",
                            category: .usage,
                            at: .file(name),
                            hint: "try the expression with fewer records"
                        )
                    }
                    names.append(member.key)
                    values[member.key] = Array(repeating: nil, count: objects.count)
                }
                values[member.key]?[row] = member.value
            }
        }
        for kind in kinds.keys.sorted() where values[kind] == nil {
            throw Diagnostic(
                "eval.kind",
                message: "no record has a column '\(kind)'",
                category: .usage,
                at: .file(name),
                hint: Diagnostics.hint(for: kind, among: names)
            )
        }
        var columns: [Schema.Column] = []
        var cells: [[Value]] = Array(repeating: [], count: objects.count)
        for column in names {
            let own = values[column] ?? []
            let kind = kinds[column] ?? Self.kind(of: own)
            let holdsJSON = kind == .text && own.contains { $0?.array != nil || $0?.object != nil }
            columns.append(Schema.Column(column, kind: kind, holdsJSON: holdsJSON))
            for row in objects.indices {
                guard let cell = Self.cell(own[row] ?? .null, kind: kind) else {
                    throw Diagnostic(
                        "eval.kind",
                        message: "the column '\(column)' has a value in record \(row + 1) that is not \(kind)",
                        category: .usage,
                        at: .file(name),
                        hint: "--kind \(column)=text takes every value as text"
                    )
                }
                cells[row].append(cell)
            }
        }
        batch = Batch(Schema(columns), records: cells)
    }

    /// The most cells of all records: each takes memory, also where an object lacks the key.
    private static let mostCells = 4_000_000

    /// The kind that all values of a column have; text if they differ.
    private static func kind(of values: [JSONValue?]) -> Schema.Kind {
        let kinds = Set(
            values.compactMap { value -> Schema.Kind? in
                switch value {
                case .null?, nil: nil
                case .bool?: .boolean
                case .integer?: .integer
                case .real?: .real
                case .string?, .array?, .object?: .text
                }
            }
        )
        if kinds == [.integer, .real] { return .real }
        return kinds.count == 1 ? kinds.first ?? .text : .text
    }

    /// A value as a cell of a kind; nil if it is of another one.
    private static func cell(_ value: JSONValue, kind: Schema.Kind) -> Value? {
        switch (value, kind) {
        case (.null, _): return .null
        case (.bool(let value), .boolean): return .boolean(value)
        case (.integer(let value), .integer): return .integer(value)
        case (.integer(let value), .real): return .real(Double(value))
        case (.integer(let value), .decimal): return .decimal(ExactDecimal(value))
        case (.real(let value), .real): return .real(value)
        case (.real(let value), .decimal): return ExactDecimal("\(value)").map { .decimal($0) }
        case (.string(let text), .text): return .text(text)
        case (.string(let text), .instant): return ISO8601.microseconds(of: text.utf8.span).map { .instant($0) }
        case (.string(let text), .date): return CivilDate.days(of: text.utf8.span).map { .date($0) }
        case (.string(let text), .decimal): return ExactDecimal(text).map { .decimal($0) }
        case (.string(let text), .bytes): return Base64.bytes(of: text.utf8.span).map { .bytes($0) }
        case (_, .text):
            var json = JSONWriter()
            json.write(value)
            return .text(String(decoding: json.takeBytes(), as: UTF8.self))
        default: return nil
        }
    }
}
