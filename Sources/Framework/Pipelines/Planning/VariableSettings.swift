package import Diagnostics
internal import PluginKit
internal import TOML

/// What is set of a file's variables from outside: by `-D` on the command line, or by the step of a chain.
public struct VariableSettings: Sendable {
    struct Setting: Sendable {
        /// The text; nil if nobody knows it yet, because it depends on something that must be given.
        let text: String?
        /// Where a step says it; nil if the command line does.
        let step: StepPlace?
    }

    struct StepPlace: Sendable {
        let name: SourceRange
        let value: SourceRange
    }

    private(set) var settings: [String: Setting]

    /// Nothing is set.
    public init() { settings = [:] }

    /// What `-D` sets.
    public init(_ texts: [String: String]) {
        settings = texts.mapValues { Setting(text: $0, step: nil) }
    }

    /// Whether nothing is set.
    var isEmpty: Bool { settings.isEmpty }

    /// The values, whoever set them.
    var texts: [String: String?] { settings.mapValues(\.text) }

    mutating func set(_ name: String, to text: String?, at place: StepPlace) {
        settings[name] = Setting(text: text, step: place)
    }
}

extension VariableSettings {
    /// A finding of a pipeline, with the place of the step that set what it is about: the pipeline itself may be right.
    package func naming(_ finding: Diagnostic) -> Diagnostic {
        guard !settings.isEmpty, finding.severity == .error, case .text(let range) = finding.place else {
            return finding
        }
        let names = Interpolation.variables(in: range.text.bytes[range.offsets])
        let places = names.compactMap { settings[$0]?.step?.value }.filter { $0.text.name != range.text.name }
        guard let place = places.min(by: { $0.offsets.lowerBound < $1.offsets.lowerBound }) else { return finding }
        var finding = finding
        finding.message += ", as \(place.text.name):\(place.start) sets it"
        return finding
    }
}

extension VariableSettings.Setting {
    /// That the file has no variable of this name.
    func unknown(_ name: String, in file: DeclaredVariables) -> Diagnostic {
        Diagnostic(
            "pipeline.variable",
            message: "\(file.subject) has no variable '\(name)' for \(step == nil ? "-D" : "a step") to set",
            category: .usage,
            at: step.map { .text($0.name) } ?? .file(file.source.name),
            hint: hint(for: name, among: file.variables.map(\.name)) ?? "it has no variables"
        )
    }

    /// What is wrong with the text, as the default says what kind the variable is of; nil if nothing is.
    func mismatch(with variable: PipelineVariable) -> Diagnostic? {
        guard let text else { return nil }
        let expected: String
        switch variable.kind {
        case .integer where Int64(text) == nil: expected = "a whole number"
        case .float where !(Double(text)?.isFinite ?? false): expected = "a number"
        case .boolean where text != "true" && text != "false": expected = "true or false"
        default: return nil
        }
        // What a step sets may be a secret; so may what is set of a variable that is called like one.
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
