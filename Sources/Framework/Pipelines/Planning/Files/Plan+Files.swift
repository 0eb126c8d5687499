internal import Diagnostics
internal import PluginKit
internal import TOML
internal import Accounts

extension Plan {
    /// The files of a pipeline: first those that it reads and depends on, then those that it writes, in the order of
    /// the text.
    ///
    /// If nothing will be run, files that depend on a variable without a value are left out.
    ///
    /// - Parameters:
    ///   - opened: The pipeline.
    ///   - problems: Receives the outputs that would replace a file of the run.
    /// - Returns: The files.
    static func files(of opened: OpenedPipeline, problems: inout DiagnosticList) -> PlannedFiles {
        let bound = opened.bound
        let (file, values, services) = (bound.file, bound.values, opened.services)
        let filesOfStages = Dictionary(
            bound.stages.compactMap { $0.map { ($0.section.name.name, $0.files) } }
        ) { first, _ in first }
        var files = PlannedFiles(opened.identity)
        files.protect(file.source.name, of: "the pipeline itself")
        for path in values.filesRead { files.protect(path, of: "'${file:\(path)}'") }
        for reserved in services.reserved where !reserved.isWritten { files.protect(reserved) }
        if let folder = services.stateFolder { files.protect(state: folder) }
        if let folder = credentials(services.environment) { files.protect(folder, of: "the sign-ins") }

        var outputs: [RunOutput] = []
        var writers: [(owner: String, place: Diagnostic.Place?)] = []
        for reserved in services.reserved where reserved.isWritten {
            if reserved.isStandardOutput {
                writers.append((reserved.owner, nil))
            } else {
                outputs.append(RunOutput(reserved))
            }
        }
        if let keep = bound.settings.onReject.keep, values.isSettled(file.keepPlace) {
            outputs.append(
                RunOutput(
                    owner: "rejected records",
                    pattern: keep,
                    place: file.keepPlace,
                    mayHaveParts: false,
                    policy: .ofKind(rejectBeginnings, words: "rejected records")
                )
            )
        }
        for section in file.stages {
            guard let stage = filesOfStages[section.name.name] else { continue }
            let owner = "the \(section.kind) '\(section.name.name)'"
            outputs += files.protect(stage.files, of: owner, values: values, standardOutput: &writers).map {
                path,
                place in
                RunOutput(
                    owner: owner,
                    pattern: path,
                    place: place ?? .text(section.use.range),
                    mayHaveParts: stage.mayHaveParts,
                    policy: .published(stage.onExisting, isOffered: stage.offersOnExisting)
                )
            }
        }
        for layer in bound.layers {
            let owner = "the layer '\(layer.section.name)'"
            outputs += files.protect(layer.files, of: owner, values: values, standardOutput: &writers).map {
                path,
                place in
                RunOutput(
                    owner: owner,
                    pattern: path,
                    place: place ?? .text(layer.section.use.range),
                    mayHaveParts: false,
                    policy: .ofKind([], words: "")
                )
            }
        }
        for exporter in opened.exporters {
            let owner = "the exporter '\(exporter.name)'"
            outputs += files.protect(exporter.files, of: owner, values: values, standardOutput: &writers).map {
                path,
                place in
                RunOutput(
                    owner: owner,
                    pattern: path,
                    place: place ?? .stage(exporter.name, at: nil),
                    mayHaveParts: false,
                    policy: .ofKind(exporter.beginnings, words: "metrics of the exporter '\(exporter.name)'")
                )
            }
        }
        for (first, other) in zip(writers, writers.dropFirst()) {
            problems.append(
                Diagnostic(
                    "pipeline.standard-output",
                    message: "\(other.owner) and \(first.owner) would both write to standard output",
                    category: .usage,
                    at: other.place,
                    hint: "one of them at most can have it: give the other a path"
                )
            )
        }
        for (index, output) in outputs.enumerated() {
            guard index < FileLimits.files else {
                problems.append(
                    Diagnostic(
                        "pipeline.too-many",
                        message:
                            "a pipeline writes at most \(FileLimits.files) files, and here they are \(outputs.count)",
                        category: .usage,
                        at: output.place,
                        hint: "divide it into several pipelines"
                    )
                )
                break
            }
            let clash = files.add(output)
            if let problem = clash ?? output.refusalOfKind(in: opened.identity) { problems.append(problem) }
        }
        return files
    }

    /// The folder of sign-ins; nil if the environment names none.
    private static func credentials(_ environment: [String: String]) -> String? {
        (try? CredentialStore(service: "any", environment: environment).path).map(FileSystem.parent)
    }
}

extension PlannedFiles {
    /// Protects the files that a plugin reads and keeps.
    ///
    /// - Parameters:
    ///   - files: The files of the plugin.
    ///   - owner: The plugin, for messages.
    ///   - values: The values of variables.
    ///   - writers: Receives the plugin if it writes to standard output.
    /// - Returns: The files that it writes, and where they are specified.
    fileprivate mutating func protect(
        _ files: [DeclaredFile],
        of owner: String,
        values: VariableValues,
        standardOutput writers: inout [(owner: String, place: Diagnostic.Place?)]
    ) -> [(OutputPath, Diagnostic.Place?)] {
        var written: [(OutputPath, Diagnostic.Place?)] = []
        for file in files where values.isSettled(file.place) {
            switch file.use {
            case .reads(let path): protect(path.path, of: owner)
            case .readsAll(let pattern): protect(pattern, of: owner)
            case .keeps(let path): protect(database: path.path, of: owner)
            case .writes(let path): written.append((path, file.place))
            case .readsStandardInput: break
            case .writesStandardOutput: writers.append((owner, file.place))
            }
        }
        return written
    }
}

extension RunOutput {
    /// The file that a command writes.
    fileprivate init(_ reserved: ReservedFile) {
        self.init(
            owner: reserved.owner,
            pattern: OutputPath(reserved.path),
            place: nil,
            mayHaveParts: false,
            policy: .ofKind([], words: ""),
            isOfCommand: true
        )
    }
}

extension PipelineFile {
    /// The position of `keep` under `on_reject`.
    fileprivate var keepPlace: Diagnostic.Place? {
        let value = run["on_reject"]["keep"]
        return value.exists ? .text(value.range) : nil
    }
}
