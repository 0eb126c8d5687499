package import Diagnostics
package import Records

extension Schema {
    /// The columns that an option names, each once.
    ///
    /// - Parameters:
    ///   - names: The names, in the order of the option.
    ///   - place: Where the option was written.
    ///   - twice: What is wrong with a name that is there twice.
    /// - Returns: The columns, in the same order.
    /// - Throws: `schema.unknown-column` for each that there is not, and what `twice` returns.
    package func fields(
        _ names: [String],
        at place: Diagnostic.Place?,
        twice: (String) -> Diagnostic
    ) throws(DiagnosticList) -> [Field] {
        var problems = DiagnosticList()
        var fields: [Field] = []
        var seen: Set<String> = []
        for name in names {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            guard seen.insert(name).inserted else {
                problems.append(twice(name))
                continue
            }
            do throws(Diagnostic) {
                fields.append(try field(name, at: place))
            } catch {
                problems.append(error)
            }
        }
        try problems.throwIfErrors()
        return fields
    }
}
