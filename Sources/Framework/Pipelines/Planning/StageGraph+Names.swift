internal import Diagnostics
internal import PluginKit

extension StageGraph {
    /// The stages of a file by their names.
    struct Names {
        private let indices: [String: Int]
        private let sinks: Set<String>
        /// The stages that something comes out of, in the order of the file.
        private let readable: [String]

        init(_ sections: [StageSection]) {
            indices = Dictionary(sections.enumerated().map { ($1.name.name, $0) }) { first, _ in first }
            sinks = Set(sections.lazy.filter { $0.kind == .sink }.map(\.name.name))
            readable = sections.filter { $0.kind != .sink }.map(\.name.name)
        }

        /// The place of a stage in the file; nil if there is none of this name.
        func index(of stage: String) -> Int? { indices[stage] }

        /// The stage that a word names: the word, or what stands before its last dot if an output is named after it.
        func stage(_ reference: Reference) -> String {
            let name = reference.name
            guard indices[name] == nil, let dot = name.lastIndex(of: ".") else { return name }
            let stage = String(name[..<dot])
            return indices[stage] == nil ? name : stage
        }

        /// Whether a word names a stage that something comes out of.
        func canBeRead(_ reference: Reference) -> Bool {
            let stage = stage(reference)
            return indices[stage] != nil && !sinks.contains(stage)
        }

        /// Reports a word that names no stage that something comes out of.
        func report(_ reference: Reference, problems: inout DiagnosticList) {
            guard !problems.isFull else { return problems.leaveOut() }
            problems.append(
                Diagnostic(
                    "pipeline.unknown-stage",
                    message: sinks.contains(stage(reference))
                        ? "'\(reference.name)' is a sink: nothing comes out of it"
                        : "there is no stage '\(reference.name)'",
                    at: .text(reference.range),
                    hint: hint(for: reference.name, among: readable)
                )
            )
        }
    }
}
