internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore
internal import Pipelines

/// Decides whether existing files may be replaced by those that a pipeline publishes under their names.
///
/// By default, a file may be replaced if the same pipeline published it and it is unchanged by size and checksum. These
/// are known from the state, and from the reports of runs of earlier versions.
struct ExistingFiles: Sendable {
    private let plan: Plan
    /// The databases with the pipeline's state, its own first.
    private let stores: [RunStore]
    private let reports: EarlierReports

    /// To whom a file belongs.
    private enum Standing {
        case own
        case changed(run: String)
        case others(pipeline: String, run: String)
        case unknown
    }

    /// The existing files of a plan's outputs, with the state that knows who published them.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - folder: The folder of the state; without a state, no file is known.
    /// - Throws: `state.*`, `file.*`.
    init(_ plan: Plan, in folder: String) throws {
        self.plan = plan
        stores = try RunStores(in: folder).stores(of: plan.run.key)
        reports = EarlierReports(of: [plan.run.key, plan.run.maker], in: stores)
    }

    /// A finding for each file that the outputs of a plan must not replace, at the place where the output is named.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - folder: The folder of the state; without a state, no file is known.
    /// - Returns: The findings.
    /// - Throws: `state.*`, `file.*`.
    static func findings(of plan: Plan, in folder: String) throws -> [Diagnostic] {
        guard !plan.files.outputs.allSatisfy({ $0.existing(in: plan.run).isEmpty }) else { return [] }
        return try ExistingFiles(plan, in: folder).findings()
    }

    /// Refuses a run that would replace a file that it must not replace, before the run reads anything.
    ///
    /// - Throws: `pipeline.existing-file`, all together; `state.*`.
    func check() throws {
        let found = DiagnosticList(try findings())
        try found.throwIfErrors()
    }

    private func findings() throws -> [Diagnostic] {
        var found: [Diagnostic] = []
        for output in plan.files.outputs {
            guard case .published(let rule, let isOffered) = output.policy else { continue }
            for path in output.existing(in: plan.run) {
                guard let reason = try reason(path, rule: rule) else { continue }
                found.append(
                    Diagnostic(
                        "pipeline.existing-file",
                        message: "\(path) \(reason)",
                        category: .usage,
                        at: output.place,
                        hint: Self.ways(rule, isOffered: isOffered)
                    )
                )
            }
        }
        return found
    }

    /// Refuses to replace files that have appeared, or changed, since the run began.
    ///
    /// - Throws: `file.existing`; `state.*`.
    func refuse(_ paths: [String]) throws {
        for path in paths {
            let (rule, isOffered) = policy(of: path, in: plan.run)
            try refuse(path, rule: rule, isOffered: isOffered)
        }
    }

    private func refuse(_ path: String, rule: OnExisting?, isOffered: Bool, hint: String? = nil) throws {
        guard FileSystem.exists(path), let reason = try reason(path, rule: rule) else { return }
        throw Diagnostic(
            "file.existing",
            message: "nothing was published: this file \(reason)",
            category: .environment,
            at: .file(path),
            hint: hint ?? Self.ways(rule, isOffered: isOffered) + "; then run again"
        )
    }

    /// What a file of the run may replace.
    func rule(of path: String) -> IntendedFile.Rule {
        switch policy(of: path, in: plan.run).0 {
        case .replace: .replace
        case .refuse: .refuse
        case nil: .own
        }
    }

    /// Refuses to complete an interrupted publication if another file has appeared meanwhile.
    ///
    /// The options of the interrupted run decide what may be replaced; the present run may have other options.
    ///
    /// - Throws: `file.existing`; `state.*`.
    func refuse(_ files: [IntendedFile], of run: RunIdentity) throws {
        for file in files where !isComplete(file) && !isRejects(file) {
            let hint = Self.waysToFinish(file, of: run)
            switch file.rule {
            case .replace: break
            case .rejects: try plan.refuseForeignRejects(at: file.path, hint: hint)
            case .refuse: try refuse(file.path, rule: .refuse, isOffered: false, hint: hint)
            // The present options of its sink do not matter.
            case .own: try refuse(file.path, rule: nil, isOffered: false, hint: hint)
            case nil:
                let (rule, isOffered) = policy(of: file.path, in: run)
                try refuse(file.path, rule: rule, isOffered: isOffered, hint: hint)
            }
        }
    }

    private static func waysToFinish(_ file: IntendedFile, of run: RunIdentity) -> String {
        let restart = "give the run '\(run.id)' up, which was to publish it: --restart"
        let ways = "move it away, and run again; or \(restart)"
        // An earlier version stored the files without what they may replace.
        return file.rule == nil ? ways + "; if that run had other variables, run again with those" : ways
    }

    /// Whether a file has its final name.
    func isComplete(_ file: IntendedFile) -> Bool {
        Self.holds(file.path, bytes: file.bytes, crc32: file.crc32)
    }

    /// The rows of the state for files of an interrupted publication.
    func made(_ files: [IntendedFile], run: String) -> [PublishedFile] {
        files.filter { !isRejects($0) }.map { file in
            PublishedFile(
                pipeline: plan.run.maker,
                run: run,
                path: file.path,
                resolved: FileSystem.resolved(file.path),
                bytes: file.bytes,
                crc32: file.crc32
            )
        }
    }

    /// Whether a file holds the rejected records of its run.
    private func isRejects(_ file: IntendedFile) -> Bool {
        if let rule = file.rule { return rule == .rejects }
        guard let keep = plan.settings.onReject.keep else { return false }
        return FileSystem.resolved(keep.path(in: plan.run)) == FileSystem.resolved(file.path)
    }

    /// The rule of the sink that writes a path; the default for a path that no option names.
    private func policy(of path: String, in run: RunIdentity) -> (OnExisting?, isOffered: Bool) {
        let resolved = FileSystem.resolved(path)
        for output in plan.files.outputs {
            guard case .published(let rule, let isOffered) = output.policy else { continue }
            if output.mayWrite(resolved, in: run) { return (rule, isOffered) }
        }
        return (nil, false)
    }

    /// Why an existing file must not be replaced; nil if it may be.
    private func reason(_ path: String, rule: OnExisting?) throws -> String? {
        // A path that is not a regular file is refused when it is opened.
        guard FileSystem.isRegularFile(path) else { return nil }
        switch rule {
        case .replace: return nil
        case .refuse: return "is there already, and on_existing is \"refuse\""
        case nil: break
        }
        switch try standing(of: path) {
        case .own: return nil
        case .changed(let run): return "has changed since this pipeline made it in the run \(run)"
        case .others(let pipeline, let run):
            return "is there already, and the pipeline '\(pipeline)' made it in the run \(run)"
        case .unknown: return "is there already, and this pipeline did not make it"
        }
    }

    private func standing(of path: String) throws -> Standing {
        let resolved = FileSystem.resolved(path)
        // If two databases differ, the content of the file decides.
        let made = try stores.compactMap { try $0.publishedFile(at: resolved) }
        let maker = plan.run.maker
        if made.contains(where: { $0.pipeline == maker && Self.holds(path, bytes: $0.bytes, crc32: $0.crc32) }) {
            return .own
        }
        if let made = made.first {
            guard made.pipeline == maker else { return .others(pipeline: made.pipeline, run: made.run) }
            return .changed(run: made.run)
        }
        for store in stores {
            // The working folder may have been moved together with the state in it.
            for made in try store.publishedFiles(of: maker, as: path)
            where Self.holds(path, bytes: made.bytes, crc32: made.crc32) {
                return .own
            }
            // An interrupted publication; a run completes it first.
            for file in try store.lastRun(of: plan.run.key)?.intention?.files ?? []
            where FileSystem.resolved(file.path) == resolved && isComplete(file) {
                return .own
            }
        }
        guard let (run, bytes, crc32) = try reports.file(at: resolved) else { return .unknown }
        return Self.holds(path, bytes: bytes, crc32: crc32) ? .own : .changed(run: run)
    }

    private static func holds(_ path: String, bytes: Int, crc32: UInt32) -> Bool {
        guard FileSystem.isRegularFile(path), FileSystem.size(of: path) == bytes else { return false }
        var audit = FileAudit(path, format: .opaque, countsRecords: false)
        // A file that cannot be read cannot be recognised.
        guard (try? audit.extend(to: bytes)) != nil else { return false }
        return audit.crc32 == crc32
    }

    private static func ways(_ rule: OnExisting?, isOffered: Bool) -> String {
        let ways = "move it away, or choose another path"
        if rule == .refuse { return ways + ", or take on_existing out" }
        return isOffered ? "on_existing = \"replace\" in this sink replaces it; or " + ways : ways
    }
}

extension PublishedFile {
    /// A file that a run has published.
    init(_ file: StagedFile, of pipeline: String, run: String) {
        self.init(
            pipeline: pipeline,
            run: run,
            path: file.path,
            resolved: FileSystem.resolved(file.path),
            bytes: file.bytes,
            crc32: file.crc32 ?? 0
        )
    }
}
