public import Records

/// Which values of each object go into which columns: the plan for converting JSON to records.
///
///     JSONRows([
///         .init(["movie", "title"], title),
///         .init(["movie", "ids", "tmdb"], tmdb),
///         .presence(of: ["movie"], isMovie),
///     ])
///
/// It is made once and used by a `JSONRowReader`. Keys may be missing, unknown or null, in any order, and occur twice
/// (the last one counts). A value that does not fit its column is null and counted; the rules are those of `Column`.
public struct JSONRows: Sendable {
    /// A value in each object and the column that it fills.
    ///
    /// The column's kind determines what fits:
    /// - text: a string;
    /// - integer: a whole number (`8`, `8.0`, `8e0`) or a string of one (`"8"`), within 64 bits;
    /// - real: a number or a string of one, rounded to 64 bits; whole digits must not change, so `9007199254740993`
    ///   does not fit;
    /// - boolean: `true` or `false`;
    /// - instant: a string with a time and its zone, as `ISO8601` reads it, or a number: from 10⁸ to 10¹¹ (exclusive)
    ///   seconds since 1970, otherwise milliseconds. A blank string counts as null; anything else is an `OddInstant`,
    ///   including a time that is not in whole microseconds;
    /// - date: a string with a date, `"2014-09-01"`;
    /// - decimal: a number or a string of one, exact with 38 digits;
    /// - bytes: a string of base64 with padding.
    public struct Column: Sendable {
        /// The keys from the record's object down to the value: `["movie", "ids", "tmdb"]`.
        public let path: [String]
        /// The resolved column into which values are decoded.
        public let field: Field
        /// What the column receives of the value.
        let purpose: Purpose

        enum Purpose: Sendable { case value, presence, json, declared(CellReader) }

        private init(path: [String], field: Field, purpose: Purpose) {
            precondition(1...64 ~= path.count, "a path of \(path.count) keys")
            self.path = path
            self.field = field
            self.purpose = purpose
        }

        /// The value at a path; if several paths have the same column, the first one in the list that is not null fills
        /// it.
        ///
        /// - Precondition: The path has 1 to 64 keys.
        public init(_ path: [String], into field: Field) {
            self.init(path: path, field: field, purpose: .value)
        }

        /// True if there is a value other than null at a path, otherwise false: never null.
        ///
        /// - Precondition: The path has 1 to 64 keys, and the column is of kind boolean.
        public static func presence(of path: [String], into field: Field) -> Column {
            precondition(field.kind == .boolean, "presence is true or false, not \(field.kind)")
            return Column(path: path, field: field, purpose: .presence)
        }

        /// The value at a path as it is written, whatever it is, for a column that holds JSON; null stays null.
        ///
        /// - Precondition: The path has 1 to 64 keys, and the column is of kind text.
        public static func json(_ path: [String], into field: Field) -> Column {
            precondition(field.kind == .text, "JSON is text, not \(field.kind)")
            return Column(path: path, field: field, purpose: .json)
        }

        /// The value at a path, converted as the user has declared it: also texts in the form that `reader` reads, and
        /// numbers and booleans as text.
        ///
        /// - Precondition: The path has 1 to 64 keys, and the column is of the reader's kind.
        package static func declared(_ path: [String], into field: Field, reader: CellReader) -> Column {
            precondition(field.kind == reader.kind, "a reader of another kind than its column")
            return Column(path: path, field: field, purpose: .declared(reader))
        }
    }

    /// A time that is not an instant; its cell is null.
    public struct OddInstant: Hashable, Sendable {
        /// The row of the batch to which it was appended.
        public let row: Int
        /// The column whose value is not an instant.
        public let field: Field
        /// What was found: at most 80 bytes of the text or number, or a word for another value.
        public let text: String
        /// The local time, if only the zone is missing, in microseconds from 1970-01-01T00:00:00 local time.
        public let local: Int64?
    }

    /// How records are arranged in the bytes.
    public enum Form: Sendable {
        /// One array with an object for each record.
        case array
        /// One object after the other, with whitespace between them: "JSON Lines", "NDJSON".
        case lines
    }

    /// How records are arranged in the bytes.
    public let form: Form
    let trie: JSONTrie

    /// Creates a plan with these columns.
    public init(_ columns: [Column], form: Form = .array) {
        self.form = form
        trie = JSONTrie(columns)
    }
}
