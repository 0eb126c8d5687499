public import Diagnostics
internal import Synchronization

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
        /// Any bytes.
        case bytes
    }

    /// A name and a kind, and the memory of whether anybody reads it.
    public struct Column: Hashable, Sendable {
        /// What the column is called.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// Whether each text is a JSON value, such as a list or an object: sinks that write JSON write it as that value,
        /// all others as a text.
        public let holdsJSON: Bool
        fileprivate let usage: ColumnUsage

        /// A column that nobody has asked for yet.
        ///
        /// - Precondition: a column that holds JSON is of kind text.
        public init(_ name: String, _ kind: Kind, holdsJSON: Bool = false) {
            self.init(name, kind, holdsJSON, usage: ColumnUsage())
        }

        fileprivate init(_ name: String, _ kind: Kind, _ holdsJSON: Bool, usage: ColumnUsage) {
            precondition(!holdsJSON || kind == .text, "JSON is text")
            self.name = name
            self.kind = kind
            self.holdsJSON = holdsJSON
            self.usage = usage
        }

        /// The same column under another name: asking for the new one asks for the old one.
        public func renamed(to name: String) -> Column { Column(name, kind, holdsJSON, usage: usage) }

        /// Whether a stage has asked for it: the plan has sources leave out what nobody asked for.
        public var isAskedFor: Bool { usage.isAskedFor.load(ordering: .relaxed) }

        /// Whether a stage makes use of it if it can be had: see `Schema.fieldIfCheap`.
        public var isWishedFor: Bool { usage.isWishedFor.load(ordering: .relaxed) }

        /// Whether two columns have one name and one kind, and both or none hold JSON; asked for or not.
        public static func == (left: Column, right: Column) -> Bool {
            left.name == right.name && left.kind == right.kind && left.holdsJSON == right.holdsJSON
        }

        /// Hashes the name and the kind.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(name)
            hasher.combine(kind)
        }
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

    /// Where a column is, from 0, found without asking for it.
    package func place(of name: String) -> Int? { index(of: name) }

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
        self.init(elements.map { Column($0.0, $0.1) })
    }

    /// How many columns there are.
    public var width: Int { columns.count }

    /// The names of the columns, in order.
    public var names: [String] { columns.map(\.name) }

    /// The column of this name, found without asking for it.
    public func column(_ name: String) -> Column? { index(of: name).map { columns[$0] } }

    /// Asks for a column that may be missing.
    public func optionalField(_ name: String) -> Field? {
        guard let index = index(of: name) else { return nil }
        columns[index].usage.isAskedFor.store(true, ordering: .relaxed)
        return Field(index: index, kind: columns[index].kind)
    }

    /// Asks for a column that may be missing, and whose values may: a source that cannot have them leaves nulls.
    ///
    /// For what only a remark is made of. A column that another stage asks for is not left null for that reason.
    public func fieldIfCheap(_ name: String) -> Field? {
        guard let index = index(of: name) else { return nil }
        columns[index].usage.isWishedFor.store(true, ordering: .relaxed)
        return Field(index: index, kind: columns[index].kind)
    }

    /// Asks for a column that must be there.
    ///
    /// - Throws: `schema.unknown-column`, at `place`, with the nearest name or the list of names.
    public func field(_ name: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) -> Field {
        if let field = optionalField(name) { return field }
        throw Diagnostic(
            "schema.unknown-column",
            "there is no column '\(name)' here",
            category: .usage,
            at: place,
            hint: hint(for: name, among: names)
        )
    }

    /// Asks for every column.
    public var fields: [Field] {
        columns.enumerated().map { index, column in
            column.usage.isAskedFor.store(true, ordering: .relaxed)
            return Field(index: index, kind: column.kind)
        }
    }

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
    public func adding(_ name: String, _ kind: Kind) -> Schema { adding(Column(name, kind)) }

    /// The columns that `isKept` says to keep, in their order.
    public func keeping(_ isKept: (Column) -> Bool) -> Schema { Schema(columns.filter(isKept)) }
}

/// Remembers whether a column was asked for; shared by all copies and new names of the column.
private final class ColumnUsage: Sendable {
    let isAskedFor = Atomic<Bool>(false)
    let isWishedFor = Atomic<Bool>(false)
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
