public import Diagnostics

/// The columns of a batch, in order, known before the first record.
///
/// Two schemas are equal if their columns have the same names and kinds in the same order, and the same text columns
/// hold JSON.
public struct Schema: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// The kind of a column; every cell of it is of this kind or null.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Text, as UTF-8.
        case text
        /// A whole number of 64 bits.
        case integer
        /// A binary floating-point number of 64 bits.
        case real
        /// True or false.
        case boolean
        /// An instant: microseconds since 1970-01-01T00:00:00Z.
        case instant
        /// A calendar date: days since 1970-01-01, in the years 0001 to 9999.
        case date
        /// An exact decimal number of at most 38 digits: `ExactDecimal`.
        case decimal
        /// Arbitrary bytes.
        case bytes
    }

    /// The name and the kind of one column, and whether its texts are JSON.
    public struct Column: Hashable, Sendable {
        /// Unique within the schema; output files use it as a header.
        public let name: String
        /// The kind of its cells.
        public let kind: Kind
        /// Whether each text is a JSON value, such as a list or an object: sinks that write JSON write that value, all
        /// others the text.
        public let holdsJSON: Bool

        /// A column.
        ///
        /// - Precondition: A column that holds JSON is of kind text.
        public init(_ name: String, kind: Kind, holdsJSON: Bool = false) {
            precondition(!holdsJSON || kind == .text, "JSON is text")
            self.name = name
            self.kind = kind
            self.holdsJSON = holdsJSON
        }

        /// The same column under another name.
        public func renamed(to name: String) -> Column { Column(name, kind: kind, holdsJSON: holdsJSON) }
    }

    /// The columns, in order.
    public let columns: [Column]
    /// The index of each column by name, if the schema has so many that searching them is slow.
    private let places: [String: Int]?

    /// A schema of these columns.
    ///
    /// - Precondition: No name occurs twice.
    public init(_ columns: [Column]) {
        if columns.count > Self.fewColumns {
            let places = Dictionary(columns.enumerated().map { ($1.name, $0) }) { first, _ in first }
            precondition(places.count == columns.count, "a schema has two columns of one name")
            self.places = places
        } else {
            precondition(
                columns.isEmpty || Set(columns.map(\.name)).count == columns.count,
                "a schema has two columns of one name"
            )
            places = nil
        }
        self.columns = columns
    }

    private static let fewColumns = 32

    private func index(of name: String) -> Int? {
        if let places { return places[name] }
        return columns.firstIndex { $0.name == name }
    }

    /// Whether two schemas have equal columns, in the same order.
    public static func == (left: Schema, right: Schema) -> Bool { left.columns == right.columns }

    /// Hashes the columns.
    public func hash(into hasher: inout Hasher) { hasher.combine(columns) }

    /// A schema from a literal: `["title": .text, "year": .integer]`.
    public init(dictionaryLiteral elements: (String, Kind)...) {
        self.init(elements.map { Column($0.0, kind: $0.1) })
    }

    /// The number of columns.
    public var width: Int { columns.count }

    /// The names of the columns, in order.
    public var names: [String] { columns.map(\.name) }

    /// The column of this name; nil if there is none.
    public func column(_ name: String) -> Column? { index(of: name).map { columns[$0] } }

    /// The column with this name, for access to cells; nil if there is none.
    public func optionalField(_ name: String) -> Field? {
        index(of: name).map { Field(index: $0, kind: columns[$0].kind) }
    }

    /// The column with this name, for access to cells; it has to exist.
    ///
    /// - Throws: `schema.unknown-column`, at `place`, with the nearest name or the list of names.
    public func field(_ name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> Field {
        if let field = optionalField(name) { return field }
        throw Diagnostic(
            "schema.unknown-column",
            message: "there is no column '\(name)' here",
            category: .usage,
            at: place,
            hint: hint(for: name, among: names)
        )
    }

    /// The column of this name, which must exist and hold values of a kind.
    ///
    /// - Throws: At `place`, `schema.unknown-column` with the nearest name or the list of names, or `schema.kind`.
    public func field(
        _ name: String,
        kind: Kind,
        at place: Diagnostic.Place? = nil
    ) throws(Diagnostic) -> Field {
        let field = try field(name, at: place)
        guard field.kind == kind else {
            throw Diagnostic(
                "schema.kind",
                message: "the column '\(name)' holds \(field.kind), and not \(kind)",
                category: .usage,
                at: place,
                hint: "name another column, or convert this one"
            )
        }
        return field
    }

    /// All columns, for access to cells.
    public var fields: [Field] { columns.enumerated().map { Field(index: $0, kind: $1.kind) } }

    /// This schema with another column at its end; a column with that name is replaced in place.
    public func adding(_ column: Column) -> Schema {
        guard let index = index(of: column.name) else {
            return Schema(columns + [column])
        }
        var columns = columns
        columns[index] = column
        return Schema(columns)
    }

    /// This schema with one more column.
    public func adding(_ name: String, kind: Kind) -> Schema { adding(Column(name, kind: kind)) }

    /// The columns for which `isKept` is true, in order.
    public func keeping(_ isKept: (Column) -> Bool) -> Schema { Schema(columns.filter(isKept)) }
}

/// A column found in a schema: access to a cell through it costs one index.
public struct Field: Hashable, Sendable {
    /// Its index among the columns, from 0.
    public let index: Int
    /// The kind of its cells.
    public let kind: Schema.Kind

    /// A column at an index.
    @inlinable
    public init(index: Int, kind: Schema.Kind) {
        self.index = index
        self.kind = kind
    }
}
