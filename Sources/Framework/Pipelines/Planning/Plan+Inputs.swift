package import Diagnostics
internal import PluginKit

extension Plan {
    /// Warns about files that stages read and that do not exist, each at the position of its option.
    ///
    /// - Parameter earlier: The plans of pipelines that run before: what they write will exist.
    /// - Returns: A warning `file.missing` for each file: it may exist when the pipeline runs.
    package func absentInputs(excludingThoseOf earlier: [Plan]) -> [Diagnostic] {
        inputs.compactMap { file in
            guard case .reads(let path) = file.use, !FileSystem.exists(path.path),
                !earlier.contains(where: { $0.files.writes(path.path) })
            else { return nil }
            return Diagnostic(
                "file.missing",
                message: "\(path.path): there is no such file or folder",
                category: .environment,
                at: file.place ?? .file(path.path),
                hint: path.path.hasPrefix("/") ? nil : "the path is relative to \(FileSystem.currentFolder)",
                severity: .warning
            )
        }
    }
}

/// A file that an earlier pipeline of the same command writes.
struct PlannedFile {
    let path: String
    /// The name of the pipeline.
    let pipeline: String
    /// What the sink states about its contents.
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
