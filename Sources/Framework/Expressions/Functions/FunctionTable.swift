/// All functions of the language by name.
package enum FunctionTable {
    /// The functions by group, in the order of the documentation.
    package static let all: [Function] =
        choiceFunctions + conversionFunctions + testFunctions + letterFunctions + partFunctions + changeFunctions
        + patternFunctions + numberFunctions + numberTextFunctions + timePartFunctions + instantFunctions
        + timeFunctions + otherFunctions

    /// The functions by name.
    package static let byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
}
