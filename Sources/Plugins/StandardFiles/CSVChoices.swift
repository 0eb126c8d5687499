internal import PluginKit

/// How a line of a CSV file ends.
package enum CSVLineEnd: String, CaseIterable, OptionValue {
    case lf
    case crlf
}

/// Which fields of a CSV file are put in quotes.
package enum CSVQuoting: String, CaseIterable, OptionValue {
    /// Those that could be misread without.
    case needed
    /// All, empty ones too.
    case all
}

/// What happens to texts that spreadsheets take for formulas.
package enum CSVFormulas: String, CaseIterable, OptionValue {
    /// They are written as they are.
    case keep
    /// An apostrophe stands before them.
    case escape
}

/// How a moment is written in a CSV file.
package enum CSVInstants: String, CaseIterable, OptionValue {
    /// `2014-09-01T09:10:11.000Z`
    case time
    /// `2014-09-01`
    case day
}
