/// What a source delivers, as it has found out before the first record.
///
/// It is a value: the engine keeps it with the run, so that a run that is resumed does not look again.
///
/// Written as a literal it is a schema: `["title": .text, "year": .integer]`.
public struct Description: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The columns of its records, in their order.
    public var schema: Schema
    /// How its records grow, so that a later run can leave out what an earlier one has read; nil if they can only be read
    /// whole.
    public var increment: Increment?
    /// Why they can only be read whole, where there is more to say than that.
    ///
    /// It is reported if `since` is asked for, and is not part of what makes two descriptions the same.
    public var wholeReason: Diagnostic?

    /// What a source delivers.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - increment: How its records grow; nil if they can only be read whole.
    ///   - wholeReason: Why they can only be read whole, where there is more to say than that.
    public init(_ schema: Schema, increment: Increment? = nil, wholeReason: Diagnostic? = nil) {
        self.schema = schema
        self.increment = increment
        self.wholeReason = wholeReason
    }

    /// Whether two sources deliver the same.
    public static func == (left: Description, right: Description) -> Bool {
        left.schema == right.schema && left.increment == right.increment
    }

    /// Hashes the columns and how they grow.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(schema)
        hasher.combine(increment)
    }

    /// Columns that do not grow.
    public init(dictionaryLiteral elements: (String, Schema.Kind)...) {
        self.init(Schema(elements.map { Schema.Column($0.0, kind: $0.1) }))
    }
}

/// How the records of a source grow over time: `since = "last-run"` in its section asks to leave out what an earlier run
/// has read.
///
/// The engine keeps the greatest value of the column that grows, over all runs, and stores it together with the
/// completion of the run, never before. Records of the edge are read again and recognised by their keys, so none is lost
/// that came with the same value, or late within `lag`, and none comes twice.
public struct Increment: Sendable, Hashable {
    /// The column that grows: an integer or an instant, such as the time of the last change.
    public let column: String
    /// The columns that together tell a record from every other.
    public let key: [String]
    /// Whether a record is known by its key alone; if not, one whose value in the column that grows has changed is new.
    public let isKnownByKey: Bool
    /// Whether the keys of all delivered records are kept over all runs.
    ///
    /// Then a record that appears, at any time, below what was read before is found and delivered, once: see
    /// `Source.count(below:)`. It costs some twenty bytes for each record in the state. Such records are known by their
    /// keys.
    public let keepsAllKeys: Bool

    /// A column that grows, and the key of a record.
    public init(column: String, key: [String], isKnownByKey: Bool = false, keepsAllKeys: Bool = false) {
        self.column = column
        self.key = key
        self.isKnownByKey = isKnownByKey || keepsAllKeys
        self.keepsAllKeys = keepsAllKeys
    }
}
