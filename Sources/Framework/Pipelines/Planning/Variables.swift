internal import Diagnostics
internal import PluginKit
internal import TOML

/// The values of the variables of a pipeline file in one run.
package struct VariableValues {
    /// The values for `${…}`.
    let interpolation: Interpolation
    /// Variables whose value is not known, because it is missing or wrong.
    ///
    /// An error in an option that uses one is only a consequence.
    let unsettled: Set<String>
    /// Variables that the defaults of others use.
    let usedByDefaults: Set<String>
    /// The file that the variables belong to.
    let file: String
}

/// The variables that a file declares under `[vars]`.
struct DeclaredVariables {
    /// The file as a noun, such as `the pipeline 'films'`.
    let subject: String
    let source: SourceText
    let variables: [PipelineVariable]
}

extension PipelineFile {
    var declared: DeclaredVariables {
        DeclaredVariables(subject: "the pipeline '\(name)'", source: source, variables: variables)
    }
}

extension ChainFile {
    var declared: DeclaredVariables {
        DeclaredVariables(subject: "the chain '\(name)'", source: source, variables: variables)
    }
}

extension DeclaredVariables {
    /// The values for `${…}`, with those that the command line or a step sets.
    ///
    /// A default may use the environment, files, and the variables above it; values that are set from outside are taken
    /// literally.
    ///
    /// - Parameters:
    ///   - given: The values that are set from outside.
    ///   - environment: The environment's variables.
    ///   - isRehearsal: Whether a required variable may be missing, because nothing will be run.
    ///   - problems: Receives the errors.
    /// - Returns: The values of the variables.
    func values(
        given: VariableSettings,
        environment: [String: String],
        isRehearsal: Bool,
        problems: inout DiagnosticList
    ) -> VariableValues {
        let names = Set(variables.map(\.name))
        for (name, setting) in given.settings.sorted(by: { $0.key < $1.key })
        where !names.contains(name) {
            problems.append(setting.unknown(name, in: self))
        }
        // A default can use the variables above it.
        let interpolation = Interpolation(environment: environment)
        var unsettled: Set<String> = []
        var usedByDefaults: Set<String> = []
        for variable in variables {
            let setting = given.settings[variable.name]
            var text = setting?.text
            var isSecret = source.conceals(valuesOf: variable.name)
            do throws(Diagnostic) {
                if let setting {
                    if let mismatch = setting.mismatch(with: variable) { throw mismatch }
                    if text == nil { unsettled.insert(variable.name) }
                } else if let written = variable.defaultText, let range = variable.defaultRange {
                    _ = interpolation.takeHasConcealed()
                    let expanded = Result { () throws(Diagnostic) in try interpolation.expand(written, at: range) }
                    let used = interpolation.takeUsedVariables()
                    text = try expanded.get()
                    if interpolation.takeHasConcealed() { isSecret = true }
                    usedByDefaults.formUnion(used)
                    if !used.isDisjoint(with: unsettled) { unsettled.insert(variable.name) }
                } else {
                    throw variable.absence(isRehearsal ? .note : .error)
                }
            } catch {
                problems.append(error)
                unsettled.insert(variable.name)
            }
            interpolation.define(
                variable.name,
                as: .init(text ?? variable.name, at: variable.range, isSecret: isSecret)
            )
        }
        return VariableValues(
            interpolation: interpolation,
            unsettled: unsettled,
            usedByDefaults: usedByDefaults,
            file: source.name
        )
    }

    /// Variables that the file does not use.
    func unused(_ values: VariableValues) -> [Diagnostic] {
        let used = values.interpolation.usedVariables.union(values.usedByDefaults)
        return variables.filter { !used.contains($0.name) }.map { variable in
            Diagnostic(
                "pipeline.unused-variable",
                message: "nothing uses the variable '\(variable.name)'",
                at: .text(variable.range),
                hint: "write ${var:\(variable.name)} where it is meant, or remove it",
                severity: .warning
            )
        }
    }
}

extension VariableValues {
    /// The value of the file after interpolation, as text; nil if a variable in it has no value.
    ///
    /// - Throws: `interpolation.*` and `environment.variable`, at the value.
    func text(of value: TOMLValue) throws(Diagnostic) -> String? {
        guard let written = value.string else { return value.plainText }
        let text = try interpolation.expand(written, at: value.range)
        return refersToUnsettled(written.utf8) ? nil : text
    }

    /// Whether a text refers to a variable without a value.
    private func refersToUnsettled(_ text: some Sequence<UInt8>) -> Bool {
        !unsettled.isEmpty && !Interpolation.variables(in: text).isDisjoint(with: unsettled)
    }

    /// The files that `${file:…}` has read so far, anywhere in the file.
    var filesRead: [String] { interpolation.usedFiles.sorted() }

    /// Whether the text at a position depends on no variable without a value.
    func isSettled(_ place: Diagnostic.Place?) -> Bool {
        guard case .text(let range) = place, range.text.name == file else { return true }
        return !refersToUnsettled(range.text.bytes[range.offsets])
    }

    /// Findings that are not consequences of a variable without a value, each once, without the secrets that they
    /// quote.
    func causes(in findings: DiagnosticList) -> DiagnosticList {
        var seen: Set<String> = []
        let secrets = interpolation.secrets
        let findings = findings.with(findings.map { $0.concealing(secrets, isAboutThem: false) })
        return findings.with(
            findings.filter { finding in
                // A value that a chain sets is in another file, where `${var:…}` means another variable.
                guard case .text(let range) = finding.place, range.text.name == file else { return true }
                if refersToUnsettled(range.text.bytes[range.offsets]) { return false }
                return seen.insert("\(range.offsets) \(finding.code) \(finding.message)").inserted
            }
        )
    }
}

extension PipelineVariable {
    /// The error for a required variable without a value.
    fileprivate func absence(_ severity: Diagnostic.Severity) -> Diagnostic {
        Diagnostic(
            "pipeline.variable-missing",
            message: "the variable '\(name)' is required: -D \(name)=…",
            at: .text(range),
            hint: help.isEmpty ? nil : help,
            severity: severity
        )
    }
}
