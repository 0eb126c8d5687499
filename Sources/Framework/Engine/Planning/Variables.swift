internal import Diagnostics
internal import PluginKit
internal import TOML

extension PipelineFile {
    /// What `${…}` stands for, once the command line has had its say.
    ///
    /// - Parameters:
    ///   - given: What `-D` sets.
    ///   - isRehearsal: Whether a variable that must be given may be missing, because nothing will be run.
    func interpolation(
        given: [String: String],
        environment: [String: String],
        isRehearsal: Bool,
        problems: inout DiagnosticList
    ) -> Interpolation {
        for name in given.keys.sorted() where !variables.contains(where: { $0.name == name }) {
            problems.append(
                Diagnostic(
                    "pipeline.variable",
                    "the pipeline '\(self.name)' has no variable '\(name)' for -D to set",
                    at: .file(source.name),
                    hint: hint(for: name, among: variables.map(\.name)) ?? "it has no variables"
                )
            )
        }
        var values: [String: Interpolation.Variable] = [:]
        for variable in variables {
            if let text = given[variable.name] {
                if let mismatch = variable.mismatch(text) { problems.append(mismatch) }
                values[variable.name] = .init(text, at: variable.range)
            } else if let text = variable.defaultText {
                values[variable.name] = .init(text, at: variable.range)
            } else {
                values[variable.name] = .init("\(variable.name)", at: variable.range)
                problems.append(variable.absence(isRehearsal ? .note : .error))
            }
        }
        return Interpolation(variables: values, environment: environment)
    }

    /// Variables that nothing in the file uses.
    func unusedVariables(_ interpolation: Interpolation) -> [Diagnostic] {
        let used = interpolation.usedVariables
        return variables.filter { !used.contains($0.name) }.map { variable in
            Diagnostic(
                "pipeline.unused-variable",
                "nothing uses the variable '\(variable.name)'",
                at: .text(variable.range),
                hint: "write ${var:\(variable.name)} where it is meant, or take it out",
                severity: .warning
            )
        }
    }
}

extension PipelineVariable {
    /// That it must be given.
    fileprivate func absence(_ severity: Diagnostic.Severity) -> Diagnostic {
        Diagnostic(
            "pipeline.variable-missing",
            "the variable '\(name)' must be given: -D \(name)=…",
            at: .text(range),
            hint: help.isEmpty ? nil : help,
            severity: severity
        )
    }

    /// What is wrong with a text that `-D` gives, as the default says what kind the variable is of.
    fileprivate func mismatch(_ text: String) -> Diagnostic? {
        let fits =
            switch kind {
            case .integer: Int64(text) != nil
            case .float: Double(text)?.isFinite ?? false
            case .boolean: text == "true" || text == "false"
            default: true
            }
        guard !fits else { return nil }
        return Diagnostic(
            "pipeline.variable",
            "-D \(name)=\(text): the variable '\(name)' is \(kind == .boolean ? "true or false" : "a number")",
            at: .text(range),
            hint: "its default here is \(defaultText ?? "")"
        )
    }
}
