internal import PluginKit

/// The memory limits for keys.
enum KeyMemory {
    static let usual = ByteCount(1 << 30)
    static let limits = ByteCount(1 << 20)...ByteCount(1 << 40)
}

/// The columns that form a key.
enum KeyColumns {
    /// The positions of the columns in the input.
    ///
    /// - Parameters:
    ///   - names: The names in the option.
    ///   - input: The columns of the input.
    ///   - place: Where the option is written.
    /// - Returns: The columns, in the order of the option.
    /// - Throws: `schema.unknown-column` for each missing column, and `keys.column-twice`.
    static func fields(
        _ names: [ColumnName],
        of input: Schema,
        at place: Diagnostic.Place?
    ) throws(DiagnosticList) -> [Field] {
        try input.fields(names.map(\.name), at: place) { name in
            Diagnostic("keys.column-twice", message: "the column '\(name)' is named twice", at: place)
        }
    }
}

/// The memory limits of transforms that move records to files.
enum SpillMemory {
    static let usual = ByteCount(64 << 20)
    static let limits = ByteCount(1)...ByteCount(1 << 40)
}
