public import Records

/// Which fields of a CSV text go into which columns of a batch, and what their texts mean.
public struct CSVColumns: Sendable, Hashable {
    /// A field and the column that it fills.
    public struct Column: Sendable, Hashable {
        /// The place of the field in a record, from 0.
        public let place: Int
        /// The column that it fills.
        public let field: Field
        /// What converts its text; nil for a column of text.
        public let reader: CellReader?
        /// Whether its texts have to be JSON values.
        public let holdsJSON: Bool
        /// The name for messages.
        public let name: String

        /// A field and the column that it fills.
        ///
        /// - Precondition: Without a reader the column is of kind text; with one, of its kind.
        public init(place: Int, field: Field, reader: CellReader? = nil, holdsJSON: Bool = false, name: String) {
            precondition(field.kind == reader?.kind ?? .text, "a column of another kind than its values")
            self.place = place
            self.field = field
            self.reader = field.kind == .text ? nil : reader
            self.holdsJSON = holdsJSON
            self.name = name
        }

        /// Whether every text fits.
        var takesAll: Bool { reader == nil && !holdsJSON }
    }

    /// What happens to a record that has another number of fields than the first one.
    public enum Ragged: Sendable, Hashable {
        /// It is rejected, with its line and its text.
        case reject
        /// Missing fields are null; a record with more fields is rejected.
        case pad
        /// Missing fields are null; further fields go into a column, as a JSON array of texts, if it is asked for.
        case extra(Field?)
    }

    /// The number of fields of a record.
    public let width: Int
    /// The columns that are filled.
    public let columns: [Column]
    /// What happens to records of another width.
    public let ragged: Ragged
    /// Texts that mean null, in addition to an empty field without quotes; also within quotes.
    public let nulls: [[UInt8]]
    /// Whether an empty field without quotes is an empty text; if not, it is null.
    public let emptyIsText: Bool

    /// A plan for converting records.
    ///
    /// - Parameters:
    ///   - width: The number of fields of a record.
    ///   - columns: The columns that are filled; each at most once.
    ///   - ragged: What happens to records of another width.
    ///   - nulls: Texts that mean null.
    ///   - emptyIsText: Whether an empty field without quotes is an empty text.
    public init(
        width: Int,
        columns: [Column],
        ragged: Ragged = .reject,
        nulls: [String] = [],
        emptyIsText: Bool = false
    ) {
        self.width = width
        self.columns = columns
        self.ragged = ragged
        self.nulls = nulls.map { Array($0.utf8) }
        self.emptyIsText = emptyIsText
    }

    /// Whether a text means null.
    @inline(__always)
    func isNull(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        !nulls.isEmpty && nulls.contains { $0.count == text.count && text.elementsEqual($0) }
    }
}
