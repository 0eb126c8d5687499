internal import Diagnostics
internal import PluginKit
internal import TOML

/// What the variables of a pipeline file are worth in one run.
struct VariableValues {
    /// What `${…}` stands for.
    let interpolation: Interpolation
    /// Variables whose value nobody knows, because it is missing or wrong.
    ///
    /// A finding about an option that uses one is a consequence.
    let unsettled: Set<String>
    /// Variables that the defaults of others use.
    let usedByDefaults: Set<String>
}

extension PipelineFile {
    /// What `${…}` stands for, once the command line has had its say.
    ///
    /// A default may use the environment, files, and the variables above it; what `-D` gives is taken as it is.
    ///
    /// - Parameters:
    ///   - given: What `-D` sets.
    ///   - environment: The environment's variables.
    ///   - isRehearsal: Whether a variable that must be given may be missing, because nothing will be run.
    ///   - problems: Gets what is wrong.
    /// - Returns: What the variables are worth.
    func values(
        given: [String: String],
        environment: [String: String],
        isRehearsal: Bool,
        problems: inout DiagnosticList
    ) -> VariableValues {
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
        var unsettled: Set<String> = []
        var usedByDefaults: Set<String> = []
        for variable in variables {
            var text = given[variable.name]
            do throws(Diagnostic) {
                if let text {
                    if let mismatch = variable.mismatch(text) { throw mismatch }
                } else if let written = variable.defaultText, let range = variable.defaultRange {
                    let interpolation = Interpolation(variables: values, environment: environment)
                    text = try interpolation.expand(written, at: range)
                    usedByDefaults.formUnion(interpolation.usedVariables)
                    if !interpolation.usedVariables.isDisjoint(with: unsettled) { unsettled.insert(variable.name) }
                } else {
                    throw variable.absence(isRehearsal ? .note : .error)
                }
            } catch {
                problems.append(error)
                unsettled.insert(variable.name)
            }
            values[variable.name] = .init(text ?? variable.name, at: variable.range)
        }
        return VariableValues(
            interpolation: Interpolation(variables: values, environment: environment),
            unsettled: unsettled,
            usedByDefaults: usedByDefaults
        )
    }

    /// Variables that nothing in the file uses.
    func unusedVariables(_ values: VariableValues) -> [Diagnostic] {
        let used = values.interpolation.usedVariables.union(values.usedByDefaults)
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

extension VariableValues {
    /// Findings that are no consequence of a variable without a value, each once.
    func causes(in findings: DiagnosticList) -> DiagnosticList {
        var seen: Set<String> = []
        return DiagnosticList(
            findings.filter { finding in
                guard case .text(let range) = finding.place else { return true }
                let written = String(decoding: range.text.bytes[range.offsets], as: UTF8.self)
                if unsettled.contains(where: { written.contains("${var:\($0)}") }) { return false }
                return seen.insert("\(range.offsets) \(finding.code) \(finding.message)").inserted
            }
        )
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
        let expected: String
        switch kind {
        case .integer where Int64(text) == nil: expected = "a whole number"
        case .float where !(Double(text)?.isFinite ?? false): expected = "a number"
        case .boolean where text != "true" && text != "false": expected = "true or false"
        default: return nil
        }
        return Diagnostic(
            "pipeline.variable",
            "-D \(name)=\(text): the variable '\(name)' is \(expected)",
            at: .text(range),
            hint: "its default here is \(defaultText ?? "")"
        )
    }
}
