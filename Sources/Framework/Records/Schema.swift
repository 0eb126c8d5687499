public import Diagnostics

/// The columns of a batch, in order, known before the first record.
///
/// Two schemas are equal when their columns have the same names and kinds in the same order, and the same texts are JSON.
public struct Schema: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// What a column holds; every cell of it is of this kind or null.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Text, as UTF-8.
        case text
        /// A whole number of 64 bits.
        case integer
        /// A binary floating-point number of 64 bits.
        case real
        /// True or false.
        case boolean
        /// A moment: microseconds since 1970-01-01T00:00:00Z.
        case instant
        /// A day of the calendar: days since 1970-01-01, in the years 0001 to 9999.
        case date
        /// An exact decimal number of at most 38 digits: `ExactDecimal`.
        case decimal
        /// Any bytes, which need not be text.
        case bytes
    }

    /// A name and a kind.
    public struct Column: Hashable, Sendable {
        /// What the column is called.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// Whether each text is a JSON value, such as a list or an object: sinks that write JSON write it as that value,
        /// all others as a text.
        public let holdsJSON: Bool

        /// A column.
        ///
        /// - Precondition: a column that holds JSON is of kind text.
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
    /// Where columns are by their names, of a schema with so many that looking through them takes long.
    private let places: [String: Int]?

    /// A schema of these columns.
    ///
    /// - Precondition: no name comes twice.
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

    /// A schema written as a literal: `["title": .text, "year": .integer]`.
    public init(dictionaryLiteral elements: (String, Kind)...) {
        self.init(elements.map { Column($0.0, kind: $0.1) })
    }

    /// How many columns there are.
    public var width: Int { columns.count }

    /// The names of the columns, in order.
    public var names: [String] { columns.map(\.name) }

    /// The column of this name; nil if there is none.
    public func column(_ name: String) -> Column? { index(of: name).map { columns[$0] } }

    /// The column of this name, to read cells by; nil if there is none.
    public func optionalField(_ name: String) -> Field? {
        index(of: name).map { Field(index: $0, kind: columns[$0].kind) }
    }

    /// The column of this name, to read cells by, which must be there.
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

    /// All columns, to read cells by.
    public var fields: [Field] { columns.enumerated().map { Field(index: $0, kind: $1.kind) } }

    /// This schema with one more column at its end; a column of that name is replaced where it stands.
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

    /// The columns that `isKept` says to keep, in their order.
    public func keeping(_ isKept: (Column) -> Bool) -> Schema { Schema(columns.filter(isKept)) }
}

/// A column found in a schema: reading a cell through it costs one index.
public struct Field: Hashable, Sendable {
    /// Its place among the columns, from 0.
    public let index: Int
    /// What its cells hold.
    public let kind: Schema.Kind

    /// A column at a place.
    @inlinable
    public init(index: Int, kind: Schema.Kind) {
        self.index = index
        self.kind = kind
    }
}
