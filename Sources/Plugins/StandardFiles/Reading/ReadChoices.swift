internal import PluginKit

/// What the kinds of columns are that `columns` does not declare.
package enum ColumnKinds: String, CaseIterable, OptionValue {
    /// Text, or in JSON what is written.
    case declared
    /// What the values of a sample have in common.
    case guess
}

/// What an empty cell without quotes means.
package enum EmptyCells: String, CaseIterable, OptionValue {
    /// Null.
    case null
    /// An empty text.
    case text
}

/// What happens if a file lacks a column.
package enum MissingColumns: String, CaseIterable, OptionValue {
    /// The run ends.
    case error
    /// The column is null in the records of the file.
    case null
}

/// What happens if a file has a column that the first file does not have.
package enum ExtraColumns: String, CaseIterable, OptionValue {
    /// The run ends.
    case error
    /// The column is not read.
    case ignore
}

/// What happens if a pattern or a folder has no files.
package enum NoFiles: String, CaseIterable, OptionValue {
    /// It is an error.
    case error
    /// There are no records.
    case ok
}
