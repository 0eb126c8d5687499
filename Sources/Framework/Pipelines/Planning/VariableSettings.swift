package import Diagnostics
internal import PluginKit
internal import TOML

/// The values of a file's variables that are set from outside: by `-D` on the command line, or by the step of a chain.
public struct VariableSettings: Sendable {
    struct Setting: Sendable {
        /// The text; nil if it is not known yet, because it depends on a required variable.
        let text: String?
        /// The position in the step; nil if the command line sets it.
        let step: StepPlace?
    }

    struct StepPlace: Sendable {
        let name: SourceRange
        let value: SourceRange
    }

    private(set) var settings: [String: Setting]

    /// Creates settings without values.
    public init() { settings = [:] }

    /// Creates the settings of `-D`.
    public init(_ texts: [String: String]) {
        settings = texts.mapValues { Setting(text: $0, step: nil) }
    }

    /// Whether there are no values.
    var isEmpty: Bool { settings.isEmpty }

    /// The values, from either origin.
    var texts: [String: String?] { settings.mapValues(\.text) }

    mutating func set(_ name: String, to text: String?, at place: StepPlace) {
        settings[name] = Setting(text: text, step: place)
    }
}

extension VariableSettings {
    /// Adds to a finding of a pipeline the position of the step that set the value: the pipeline itself may be right.
    package func naming(_ finding: Diagnostic) -> Diagnostic {
        guard !settings.isEmpty, finding.severity == .error, case .text(let range) = finding.place else {
            return finding
        }
        let names = Interpolation.variables(in: range.text.bytes[range.offsets])
        let places = names.compactMap { settings[$0]?.step?.value }.filter { $0.text.name != range.text.name }
        guard let place = places.min(by: { $0.offsets.lowerBound < $1.offsets.lowerBound }) else { return finding }
        var finding = finding
        finding.message += ", as set by \(place.text.name):\(place.start)"
        return finding
    }
}

extension VariableSettings.Setting {
    /// The error for a variable that the file does not have.
    func unknown(_ name: String, in file: DeclaredVariables) -> Diagnostic {
        Diagnostic(
            "pipeline.variable",
            message: "\(file.subject) has no variable '\(name)' for \(step == nil ? "-D" : "a step") to set",
            category: .usage,
            at: step.map { .text($0.name) } ?? .file(file.source.name),
            hint: hint(for: name, among: file.variables.map(\.name)) ?? "it has no variables"
        )
    }

    /// The error if the text does not have the kind of the default; nil if it does.
    func mismatch(with variable: PipelineVariable) -> Diagnostic? {
        guard let text else { return nil }
        let expected: String
        switch variable.kind {
        case .integer where Int64(text) == nil: expected = "a whole number"
        case .float where !(Double(text)?.isFinite ?? false): expected = "a number"
        case .boolean where text != "true" && text != "false": expected = "true or false"
        default: return nil
        }
        // A value that a step sets may be a secret; so may the value of a variable whose name is that of a secret.
        let isSecret = variable.range.text.conceals(valuesOf: variable.name)
        return Diagnostic(
            "pipeline.variable",
            message: step == nil
                ? "-D \(variable.name)=\(isSecret ? "•••" : text): the variable '\(variable.name)' is \(expected)"
                : "the variable '\(variable.name)' is \(expected), and what is set here is not",
            at: .text(step?.value ?? variable.range),
            hint: "its default \(step == nil ? "here " : "")is \(isSecret ? "•••" : variable.defaultText ?? "")"
        )
    }
}
