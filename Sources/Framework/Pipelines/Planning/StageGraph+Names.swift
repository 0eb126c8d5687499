internal import Diagnostics
internal import PluginKit

extension StageGraph {
    /// The stages of a file by their names.
    struct Names {
        private let indices: [String: Int]
        private let sinks: Set<String>
        /// The stages that have outputs, in the order of the file.
        private let readable: [String]

        init(_ sections: [StageSection]) {
            indices = Dictionary(sections.enumerated().map { ($1.name.name, $0) }) { first, _ in first }
            sinks = Set(sections.lazy.filter { $0.kind == .sink }.map(\.name.name))
            readable = sections.filter { $0.kind != .sink }.map(\.name.name)
        }

        /// The index of a stage in the file; nil if there is none of this name.
        func index(of stage: String) -> Int? { indices[stage] }

        /// The stage that a word names: the word itself, or the text before its last dot if an output is named after
        /// it.
        func stage(_ reference: Reference) -> String {
            let name = reference.name
            guard indices[name] == nil, let dot = name.lastIndex(of: ".") else { return name }
            let stage = String(name[..<dot])
            return indices[stage] == nil ? name : stage
        }

        /// Whether a word names a stage that has an output.
        func canBeRead(_ reference: Reference) -> Bool {
            let stage = stage(reference)
            return indices[stage] != nil && !sinks.contains(stage)
        }

        /// Reports a word that does not name a stage with an output.
        func report(_ reference: Reference, problems: inout DiagnosticList) {
            guard !problems.isFull else { return problems.leaveOut() }
            problems.append(
                Diagnostic(
                    "pipeline.unknown-stage",
                    message: sinks.contains(stage(reference))
                        ? "'\(reference.name)' is a sink, which has no output"
                        : "there is no stage '\(reference.name)'",
                    at: .text(reference.range),
                    hint: hint(for: reference.name, among: readable)
                )
            )
        }
    }
}
