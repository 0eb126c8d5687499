/// What a source delivers, determined before the first record.
///
/// It is a value that the engine stores with the run, so that a resumed run does not have to determine it again.
///
/// A literal is a schema: `["title": .text, "year": .integer]`.
public struct Description: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// The columns of its records, in order.
    public var schema: Schema
    /// How its records grow, so that a later run can leave out what an earlier one has read; nil if all records have to
    /// be read each time.
    public var increment: Increment?
    /// Whether the source finds out by itself what is new (`Source.news(since:)`).
    ///
    /// Default: false. An increment comes first.
    public var findsNews: Bool
    /// Why all records have to be read each time, if there is something specific to report.
    ///
    /// It is reported if `since` is used, and is not part of equality.
    public var wholeReason: Diagnostic?

    /// Creates a description.
    ///
    /// - Parameters:
    ///   - schema: The columns of its records.
    ///   - increment: How its records grow; nil if all records have to be read each time.
    ///   - findsNews: Whether the source finds out by itself what is new.
    ///   - wholeReason: Why all records have to be read each time, if there is something specific to report.
    public init(
        _ schema: Schema,
        increment: Increment? = nil,
        findsNews: Bool = false,
        wholeReason: Diagnostic? = nil
    ) {
        self.schema = schema
        self.increment = increment
        self.findsNews = findsNews
        self.wholeReason = wholeReason
    }

    /// Whether two sources deliver the same columns and grow in the same way.
    public static func == (left: Description, right: Description) -> Bool {
        left.schema == right.schema && left.increment == right.increment && left.findsNews == right.findsNews
    }

    /// Hashes the columns and how they grow.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(schema)
        hasher.combine(increment)
        hasher.combine(findsNews)
    }

    /// A schema without an increment.
    public init(dictionaryLiteral elements: (String, Schema.Kind)...) {
        self.init(Schema(elements.map { Schema.Column($0.0, kind: $0.1) }))
    }
}

/// How the records of a source grow over time: with `since = "last-run"` in its section, a run leaves out what an
/// earlier run has read.
///
/// The engine stores the greatest value of the growing column over all runs, together with the completion of each run
/// and never before. Records with that value, or within `lag` of it, are read again and recognised by their keys. So no
/// record is lost that came later with the same value, and none is delivered twice.
public struct Increment: Sendable, Hashable {
    /// The growing column: an integer or an instant, such as the time of the last change.
    public let column: String
    /// The columns that together identify a record.
    public let key: [String]
    /// Whether a record is recognised by its key alone; if not, a record whose value in the growing column has changed
    /// is new.
    public let isKnownByKey: Bool
    /// Whether the keys of all delivered records are stored over all runs.
    ///
    /// Then a record that appears at any time below what was read before is found and delivered, once: see
    /// `Source.count(below:)`. It takes about twenty bytes per record in the state. Such records are recognised by
    /// their keys alone.
    public let keepsAllKeys: Bool

    /// A growing column, and the key of a record.
    public init(column: String, key: [String], isKnownByKey: Bool = false, keepsAllKeys: Bool = false) {
        self.column = column
        self.key = key
        self.isKnownByKey = isKnownByKey || keepsAllKeys
        self.keepsAllKeys = keepsAllKeys
    }
}
