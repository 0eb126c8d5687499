internal import Diagnostics
internal import PluginKit
internal import Records

/// What the sources of a pipeline deliver: the second phase of its plan.
struct Descriptions: Sendable {
    typealias Known = KeptDescriptions.Known

    /// By the names of the sources.
    private(set) var known: [String: Known] = [:]
    /// Why sources cannot be described, each at its position in the file.
    private(set) var problems = DiagnosticList()

    /// Why a source may not read its input.
    fileprivate enum Unread: Sendable { case offline, standardInput }

    subscript(source: String) -> Description? { known[source]?.description }

    /// Has the sources of a pipeline describe their inputs, concurrently.
    ///
    /// - Parameters:
    ///   - opened: The pipeline.
    ///   - isOffline: Whether sources may not read their inputs; then all columns must follow from options.
    ///   - isRehearsal: Whether nothing will be run; then standard input is left to a run.
    ///   - kept: What an interrupted run that is to be resumed has found out.
    ///   - earlier: The plans of pipelines that run before: the files that they will have written are described by
    ///     them.
    init(
        of opened: OpenedPipeline,
        isOffline: Bool,
        isRehearsal: Bool,
        knowing kept: KeptDescriptions,
        after earlier: [Plan]
    ) async {
        let leaves: @Sendable (BoundStage) -> Unread? = { stage in
            isOffline ? .offline : isRehearsal && stage.readsStandardInput ? .standardInput : nil
        }
        let sources = opened.stages.compactMap { $0 }.filter { $0.source != nil }
        guard !isOffline, sources.contains(where: { $0.source?.declared == nil }) else {
            for stage in sources {
                let unread = leaves(stage.bound)
                note(stage, found: await Self.known(of: stage, unread: unread, kept: kept, earlier: earlier))
            }
            return
        }
        let found = await withTaskGroup { group in
            for (index, stage) in sources.enumerated() {
                group.addTask {
                    (index, await Self.known(of: stage, unread: leaves(stage.bound), kept: kept, earlier: earlier))
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, stage) in sources.enumerated() { if let known = found[index] { note(stage, found: known) } }
    }

    private mutating func note(_ stage: OpenedStage, found: Result<Known, DiagnosticList>) {
        switch found {
        case .success(let found): known[stage.bound.section.name.name] = found
        case .failure(let findings): problems.append(contentsOf: findings)
        }
    }

    private static func known(
        of stage: OpenedStage,
        unread: Unread?,
        kept: KeptDescriptions,
        earlier: [Plan]
    ) async -> Result<Known, DiagnosticList> {
        guard let source = stage.source else { preconditionFailure("only sources are described") }
        let declared = source.declared
        if declared == nil, let written = stage.bound.inputs.lazy.compactMap({ earlier.file(at: $0) }).first {
            guard let description = written.contents.flatMap(source.describe) else {
                return .failure(DiagnosticList([stage.bound.unwritten(written)]))
            }
            return .success(Known(description: description, fingerprint: nil, options: nil))
        }
        if let output = stage.bound.output, let plan = earlier.last(where: { $0.isNamed(output.pipeline) }) {
            do {
                guard let description = source.describe(try plan.contents(of: output)) else {
                    return .failure(DiagnosticList([stage.bound.unreadable(output)]))
                }
                return .success(Known(description: description, fingerprint: nil, options: nil))
            } catch {
                return .failure(stage.bound.findings(error))
            }
        }
        if let unread {
            guard let declared else { return .failure(DiagnosticList([stage.bound.undeclared(unread)])) }
            return .success(Known(description: declared, fingerprint: nil, options: nil))
        }
        do {
            guard declared == nil else {
                return .success(Known(description: try await source.describe(), fingerprint: nil, options: nil))
            }
            let options = "\(source.version) \(stage.bound.digest.text)"
            // Before the description: if the data changes in between, a resumed run detects the change.
            let fingerprint = try? await source.fingerprint
            if let earlier = kept[stage.bound.section.name.name], earlier.options == options,
                earlier.fingerprint == fingerprint
            {
                var earlier = earlier
                earlier.isBelieved = fingerprint == nil
                return .success(earlier)
            }
            let description = try await source.describe()
            return .success(Known(description: description, fingerprint: fingerprint, options: options))
        } catch {
            return .failure(stage.bound.located(stage.bound.findings(error)))
        }
    }
}

extension BoundStage {
    /// The error for a source whose file has not been written yet.
    fileprivate func unwritten(_ file: PlannedFile) -> Diagnostic {
        Diagnostic(
            "source.unwritten",
            message:
                "the columns of the source '\(section.name.name)' are known only when '\(file.pipeline)' has written "
                + file.path,
            category: .usage,
            at: .text(section.use.range),
            hint: "declare them in its options, if it has such options, or run '\(file.pipeline)' by itself first"
        )
    }

    /// The error for a source that cannot read what another pipeline writes.
    fileprivate func unreadable(_ output: OutputReference) -> Diagnostic {
        Diagnostic(
            "output.form",
            message: "the source '\(section.use.name)' cannot read the files that '\(output.pipeline)' writes",
            category: .usage,
            at: output.place ?? .text(section.use.range),
            hint: "read them with a source of their format"
        )
    }

    /// The error for a source that would have to read its input.
    fileprivate func undeclared(_ unread: Descriptions.Unread) -> Diagnostic {
        let (code, words, hint): (Diagnostic.Code, String, String) =
            switch unread {
            case .offline: ("source.offline", "what it reads", "check it without --offline")
            case .standardInput:
                ("source.standard-input", "standard input, which a check leaves to the run", "run it without a check")
            }
        return Diagnostic(
            code,
            message: "the columns of the source '\(section.name.name)' are known only by looking at \(words)",
            category: .usage,
            at: .text(section.use.range),
            hint: "declare them in its options, if it has such options, or \(hint)"
        )
    }
}
