/// All functions of the language by name.
package enum FunctionTable {
    /// The functions by group, in the order of the documentation.
    package static let all: [Function] = choiceFunctions + letterFunctions + numberFunctions

    /// The functions by name.
    package static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }

    /// What functions of other languages are called here, for messages.
    package static let foreignNames: [String: String] = [
        "toupper": "upper", "uppercase": "upper", "upcase": "upper",
        "ifnull": "coalesce", "nvl": "coalesce",
    ]
}
