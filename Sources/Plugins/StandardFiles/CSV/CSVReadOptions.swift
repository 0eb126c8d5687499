internal import Formats
internal import PluginKit

/// Where the dialect of a CSV file comes from.
package enum DialectOrigin: String, CaseIterable, OptionValue {
    /// From the options; what they do not state is comma, double quote, UTF-8 and a header.
    case stated
    /// What the options do not state is guessed from the beginning of the first file.
    case guess
}

/// What happens to a record that has another number of fields than the first one.
package enum RaggedRecords: String, CaseIterable, OptionValue {
    /// It is rejected.
    case reject
    /// Missing fields are null; a record with more is rejected.
    case pad
    /// Missing fields are null, and the surplus ones go into the column `extra`.
    case extra
}
