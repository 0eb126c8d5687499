public import Records

/// Which values of each object go into which columns: the plan by which JSON becomes records.
///
///     JSONRows([
///         .init(["movie", "title"], title),
///         .init(["movie", "ids", "tmdb"], tmdb),
///         .presence(of: ["movie"], isMovie),
///     ])
///
/// Made once; reading happens in a `JSONRowReader`. Keys may be missing, unknown, null, in any order, and twice (the
/// last one counts). A value that does not fit its column is null and counted; the rules are those of `Column`.
public struct JSONRows: Sendable {
    /// A value in each object and the column that it fills.
    ///
    /// The column's kind says what fits:
    /// - text: a string;
    /// - integer: a whole number (`8`, `8.0`, `8e0`) or a string of one (`"8"`), within 64 bits;
    /// - real: a number or a string of one, the nearest that 64 bits hold; whole digits must come out as they are, so
    ///   `9007199254740993` does not fit;
    /// - boolean: `true` or `false`;
    /// - instant: a string with a time and its zone, as `ISO8601` reads it, or a number: from 10⁸ to 10¹¹ (exclusive)
    ///   seconds since 1970, else milliseconds. Blanks count as null; all else is an `OddInstant`, also a time that is not
    ///   whole microseconds;
    /// - date: a string with a day, `"2014-09-01"`;
    /// - decimal: a number or a string of one, exact with 38 digits;
    /// - bytes: a string of base64 with padding.
    public struct Column: Sendable {
        /// The keys from the record's object down to the value: `["movie", "ids", "tmdb"]`.
        public let path: [String]
        /// The resolved column into which values are decoded.
        public let field: Field
        /// What the column gets of the value.
        let purpose: Purpose

        enum Purpose: Sendable { case value, presence, json }

        private init(path: [String], field: Field, purpose: Purpose) {
            precondition(1...64 ~= path.count, "a path of \(path.count) keys")
            self.path = path
            self.field = field
            self.purpose = purpose
        }

        /// The value at a path; of several paths for one column, the first in the list that is not null fills it.
        ///
        /// - Precondition: the path has 1 to 64 keys.
        public init(_ path: [String], into field: Field) {
            self.init(path: path, field: field, purpose: .value)
        }

        /// True where there is a value other than null at a path, and false elsewhere: never null.
        ///
        /// - Precondition: the path has 1 to 64 keys, and the column is of kind boolean.
        public static func presence(of path: [String], into field: Field) -> Column {
            precondition(field.kind == .boolean, "presence is true or false, not \(field.kind)")
            return Column(path: path, field: field, purpose: .presence)
        }

        /// The value at a path as it is written, whatever it is, for a column that holds JSON; null stays null.
        ///
        /// - Precondition: the path has 1 to 64 keys, and the column is of kind text.
        public static func json(_ path: [String], into field: Field) -> Column {
            precondition(field.kind == .text, "JSON is text, not \(field.kind)")
            return Column(path: path, field: field, purpose: .json)
        }
    }

    /// A time that is not an instant as it stands; its cell is null.
    public struct OddInstant: Hashable, Sendable {
        /// The row of the batch that it was appended to.
        public let row: Int
        /// The column whose value is not an instant.
        public let field: Field
        /// What was found: the text or number, at most 80 bytes of it, or a word for another value.
        public let text: String
        /// What a clock showed, if only the zone is missing, in microseconds from 1970-01-01T00:00:00 on that clock.
        public let local: Int64?
    }

    /// How the records stand in the bytes.
    public enum Form: Sendable {
        /// One array with an object for each record.
        case array
        /// One object after the other, with whitespace between them: "JSON Lines", "NDJSON".
        case lines
    }

    /// How the records stand in the bytes.
    public let form: Form
    let trie: JSONTrie

    /// A plan with these columns.
    public init(_ columns: [Column], form: Form = .array) {
        self.form = form
        trie = JSONTrie(columns)
    }
}
