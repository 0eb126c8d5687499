package import Diagnostics
internal import PluginKit

extension Plan {
    /// Warns about files that stages read and that do not exist, each at the position of its option.
    ///
    /// - Parameter earlier: The plans of pipelines that run before: what they write will exist.
    /// - Returns: A warning `file.missing` for each file: it may exist when the pipeline runs.
    package func absentInputs(excludingThoseOf earlier: [Plan]) -> [Diagnostic] {
        inputs.absent(excludingThoseOf: earlier)
    }
}

extension PipelineFile {
    /// The same for a file that could not be planned, as far as its options can be bound.
    ///
    /// - Parameters:
    ///   - earlier: The plans of pipelines that run before.
    ///   - services: The services of the world.
    ///   - variables: The values of its variables.
    ///   - problems: Why there is no plan: an input that these report as missing is not reported again.
    /// - Returns: A warning `file.missing` for each file.
    package func absentInputs(
        excludingThoseOf earlier: [Plan],
        services: Services,
        variables: VariableSettings,
        problems: DiagnosticList
    ) -> [Diagnostic] {
        let bound = BoundPipeline(
            self,
            registry: services.registry,
            environment: services.environment,
            variables: variables,
            scope: RunScope(),
            isRehearsal: true
        )
        return bound.inputs.absent(excludingThoseOf: earlier).filter { warning in
            !problems.all.contains { $0.code == warning.code && $0.message == warning.message }
        }
    }
}

extension [DeclaredFile] {
    /// The files that are read and do not exist.
    fileprivate func absent(excludingThoseOf earlier: [Plan]) -> [Diagnostic] {
        compactMap { file in
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
