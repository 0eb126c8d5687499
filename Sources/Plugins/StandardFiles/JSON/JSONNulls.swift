internal import PluginKit

/// How a null is written in a JSON object.
package enum JSONNulls: String, CaseIterable, OptionValue {
    /// Its key is omitted.
    case omit
    /// It is written as null.
    case write
}
