package import Diagnostics
internal import PluginKit

extension Plan {
    /// Files that stages read and that are not there, each where its option is written.
    ///
    /// - Parameter earlier: The plans of pipelines that run before: what they write will be there.
    /// - Returns: A warning `file.missing` for each file: it may be there when the pipeline runs.
    package func absentInputs(besidesThoseOf earlier: [Plan]) -> [Diagnostic] {
        bound.stages.compactMap { $0 }.flatMap { stage -> [Diagnostic] in
            stage.files.files.compactMap { file in
                // A variable that must be given may decide the path.
                guard case .reads(let path) = file.use, bound.values.isSettled(file.place),
                    !FileSystem.exists(path.path), !earlier.contains(where: { $0.files.writes(path.path) })
                else { return nil }
                return Diagnostic(
                    "file.missing",
                    "\(path.path): there is no such file or folder",
                    category: .environment,
                    at: file.place ?? .text(stage.section.use.range),
                    hint: path.path.hasPrefix("/") ? nil : "the path is relative to \(FileSystem.currentFolder)",
                    severity: .warning
                )
            }
        }
    }
}

extension BoundStage {
    /// Findings about files that options name, where these are written.
    func located(_ findings: DiagnosticList) -> DiagnosticList {
        findings.with(
            findings.all.map { finding in
                guard case .file(let path) = finding.place else { return finding }
                let place = files.files.first { file in
                    if case .reads(let input) = file.use { input.path == path } else { false }
                }?.place
                var finding = finding
                finding.message = "\(path): \(finding.message)"
                finding.place = place ?? .text(section.use.range)
                return finding
            }
        )
    }
}

extension BoundStage {
    /// The files that it reads, as its options name them.
    var inputs: [String] {
        files.files.compactMap { if case .reads(let path) = $0.use { path.path } else { nil } }
    }
}

/// A file that an earlier pipeline of the same command writes.
struct PlannedFile {
    let path: String
    /// The pipeline.
    let pipeline: String
    /// What the sink states about it.
    let contents: FileContents?
}

extension [Plan] {
    /// The file at a path as the last of these plans writes it; nil if none does.
    func file(at path: String) -> PlannedFile? {
        let resolved = FileSystem.resolved(path)
        for plan in reversed() where plan.files.writes(path) {
            let sink = plan.outputs.first { output in
                guard case .sink = output.owner else { return false }
                return FileSystem.resolved(output.path.path(in: plan.run)) == resolved
            }
            let contents = plan.nodes.first { $0.name == sink?.name }.flatMap { node -> FileContents? in
                if case .sink(let stage) = node.stage { stage.contents } else { nil }
            }
            return PlannedFile(path: path, pipeline: plan.pipeline, contents: contents)
        }
        return nil
    }
}
