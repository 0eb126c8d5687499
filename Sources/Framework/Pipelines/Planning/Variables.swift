internal import Diagnostics
internal import PluginKit
internal import TOML

/// What the variables of a pipeline file are worth in one run.
package struct VariableValues {
    /// What `${…}` stands for.
    let interpolation: Interpolation
    /// Variables whose value nobody knows, because it is missing or wrong.
    ///
    /// A finding about an option that uses one is a consequence.
    let unsettled: Set<String>
    /// Variables that the defaults of others use.
    let usedByDefaults: Set<String>
    /// The file whose variables they are.
    let file: String
}

/// What a file declares under `[vars]`.
struct DeclaredVariables {
    /// The file in words, such as `the pipeline 'films'`.
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
    /// What `${…}` stands for, once the command line or a step has had its say.
    ///
    /// A default may use the environment, files, and the variables above it; what is set from outside is taken as it is.
    ///
    /// - Parameters:
    ///   - given: What is set from outside.
    ///   - environment: The environment's variables.
    ///   - isRehearsal: Whether a variable that must be given may be missing, because nothing will be run.
    ///   - problems: Gets what is wrong.
    /// - Returns: What the variables are worth.
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
        // A default sees the variables above it.
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

    /// Variables that nothing in the file uses.
    func unused(_ values: VariableValues) -> [Diagnostic] {
        let used = values.interpolation.usedVariables.union(values.usedByDefaults)
        return variables.filter { !used.contains($0.name) }.map { variable in
            Diagnostic(
                "pipeline.unused-variable",
                message: "nothing uses the variable '\(variable.name)'",
                at: .text(variable.range),
                hint: "write ${var:\(variable.name)} where it is meant, or take it out",
                severity: .warning
            )
        }
    }
}

extension VariableValues {
    /// What a value of the file comes to, as text; nil if nobody knows, because a variable in it is unsettled.
    ///
    /// - Throws: `interpolation.*` and `environment.variable`, at the value.
    func text(of value: TOMLValue) throws(Diagnostic) -> String? {
        guard let written = value.string else { return value.plainText }
        let text = try interpolation.expand(written, at: value.range)
        return refersToUnsettled(written.utf8) ? nil : text
    }

    /// Whether a text refers to a variable that nobody knows the value of.
    private func refersToUnsettled(_ text: some Sequence<UInt8>) -> Bool {
        !unsettled.isEmpty && !Interpolation.variables(in: text).isDisjoint(with: unsettled)
    }

    /// The files that `${file:…}` has read so far, anywhere in the file.
    var filesRead: [String] { interpolation.usedFiles.sorted() }

    /// Whether what is written at a place depends on no variable without a value.
    func isSettled(_ place: Diagnostic.Place?) -> Bool {
        guard case .text(let range) = place, range.text.name == file else { return true }
        return !refersToUnsettled(range.text.bytes[range.offsets])
    }

    /// Findings that are no consequence of a variable without a value, each once, without the secrets that they quote.
    func causes(in findings: DiagnosticList) -> DiagnosticList {
        var seen: Set<String> = []
        let secrets = interpolation.secrets
        let findings = findings.with(findings.map { $0.concealing(secrets, isAboutThem: false) })
        return findings.with(
            findings.filter { finding in
                // What a chain sets stands in another file, where `${var:…}` means another variable.
                guard case .text(let range) = finding.place, range.text.name == file else { return true }
                if refersToUnsettled(range.text.bytes[range.offsets]) { return false }
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
            message: "the variable '\(name)' must be given: -D \(name)=…",
            at: .text(range),
            hint: help.isEmpty ? nil : help,
            severity: severity
        )
    }
}
