internal import Formats
internal import PluginKit

/// The line ending of a CSV file.
package enum CSVLineEnd: String, CaseIterable, OptionValue {
    case lf
    case crlf
}

/// Which fields of a CSV file are quoted.
package enum CSVQuoting: String, CaseIterable, OptionValue {
    /// Only fields that could be misread otherwise.
    case needed
    /// All fields, including empty ones.
    case all
}

/// How an empty text is written, so that it differs from null or not.
package enum CSVEmptyText: String, CaseIterable, OptionValue {
    /// As `""`.
    case quotes
    /// As nothing, like null.
    case nothing
}

/// What happens to texts that spreadsheets treat as formulas.
package enum CSVFormulas: String, CaseIterable, OptionValue {
    /// They are written unchanged.
    case keep
    /// An apostrophe is put before them.
    case escape
}

/// How a time is written in a CSV file.
package enum CSVInstants: String, CaseIterable, OptionValue {
    /// `2014-09-01T09:10:11.000Z`
    case time
    /// `2014-09-01`
    case day
}

extension TextEncoding: OptionValue {}
