internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore
internal import Pipelines

/// The owners of a run's bookmarks: its sources, by what decides which records they have, and its pipeline file.
///
/// They are compared with the owners of the stored bookmarks before a run begins. Therefore no run continues from the
/// bookmark of another source, or of another file of the same name, and a renamed source or file does not silently
/// start from the beginning.
struct BookmarkOwners: Sendable {
    /// The name of the pipeline.
    private let pipeline: String
    /// The name with instance and partition, as the state stores it.
    private let key: String
    /// The state folder, without links.
    private let folder: String
    /// The pipeline file, as a path from the state folder.
    let file: String
    /// What decides which records each source has, by stage.
    let identities: [String: SourceIdentity]
    /// Why an incremental source could not state its identity, by stage.
    let problems: [String: any Error]
    /// The sources that continue from run to run.
    private let incremental: [String]
    /// Those of them that grow with time.
    private let timed: Set<String>
    /// Now, in microseconds since 1970-01-01T00:00:00Z.
    private let present: Int64

    /// How far a bookmark may be ahead of the present, in microseconds, because clocks differ.
    private static let tolerance: Int64 = 86_400_000_000

    /// Asks the sources of a plan for their identities.
    init(_ plan: Plan, in folder: String) async {
        pipeline = plan.pipeline
        key = plan.run.key
        self.folder = FileSystem.resolved(folder)
        file = FileSystem.relative(FileSystem.resolved(plan.file), to: self.folder)
        var identities: [String: SourceIdentity] = [:]
        var problems: [String: any Error] = [:]
        for node in plan.nodes {
            guard case .source(let source) = node.stage else { continue }
            do {
                identities[node.name] = try await source.identity
            } catch {
                // For a source that is read completely, only an identity that is known without asking matters.
                if node.isIncremental || plan.settings.unchanged == .skip {
                    problems[node.name] = Diagnostic.placing(error, at: node.name, origin: nil)
                }
            }
        }
        self.identities = identities
        self.problems = problems
        incremental = plan.nodes.filter(\.isIncremental).map(\.name)
        timed = Set(plan.nodes.filter { $0.increment?.isInstant == true }.map(\.name))
        present = plan.clock.seconds.multiplied(clamped: 1_000_000)
    }

    /// The owner of a source's bookmark; nil if its identity is not known.
    func owner(of stage: String) -> BookmarkOwner? {
        identities[stage].map { BookmarkOwner(source: $0.text, file: file) }
    }

    // MARK: Before a run

    /// Compares the stored bookmarks with the sources, and assigns an owner to those that have none.
    ///
    /// - Parameters:
    ///   - store: The state; the pipeline's lock is held.
    ///   - log: Receives a note about assigned bookmarks.
    /// - Throws: `DiagnosticList` with `pipeline.other-source`, `pipeline.moved`, `pipeline.same-name`,
    ///   `pipeline.renamed`, `pipeline.bookmark-ahead`; then nothing has been changed. `state.*`, `file.*`.
    func check(_ store: RunStore, log: StageLog) throws {
        let stored = try store.bookmarks(of: key).filter { SourceRevision($0.bookmark) == nil }
        var found = DiagnosticList()
        if let other = stored.lazy.compactMap(\.bookmark.owner).first(where: { !isOurs($0.file) }) {
            found.append(otherFile(other.file))
        }
        for stage in incremental {
            guard let earlier = stored.first(where: { $0.bookmark.stage == stage })?.bookmark.owner,
                let now = identities[stage], now.text != earlier.source
            else { continue }
            found.append(otherSource(stage, before: SourceIdentity(earlier.source), now: now))
        }
        for stored in stored where timed.contains(stored.bookmark.stage) {
            guard let value = IncrementEdge.moment(of: stored.bookmark.cursor),
                value > present.adding(clamped: Self.tolerance)
            else { continue }
            found.append(inFuture(stored.bookmark.stage, value: value))
        }
        let names = stored.map(\.bookmark.stage)
        let missing = incremental.filter { !names.contains($0) }
        if let stage = missing.first {
            if let orphan = names.first(where: { !incremental.contains($0) }) {
                found.append(otherStage(stage, orphan: orphan))
            } else if stored.isEmpty, let name = try otherName(store) {
                found.append(renamed(name))
            }
        }
        try found.throwIfErrors()
        try takeOver(
            stored.filter { $0.bookmark.owner == nil && incremental.contains($0.bookmark.stage) },
            store: store,
            log: log
        )
    }

    private func takeOver(_ stored: [StoredBookmark], store: RunStore, log: StageLog) throws {
        let owners = stored.reduce(into: [:]) { $0[$1.bookmark.stage] = owner(of: $1.bookmark.stage) }
        guard !owners.isEmpty else { return }
        try store.assign(owners, of: key)
        for (stage, owner) in owners.sorted(by: { $0.key < $1.key }) {
            log.say(
                Diagnostic(
                    "state.taken-over",
                    message: "the bookmark had no owner; from now on it belongs to this source: "
                        + owner.source.split(separator: "\n").joined(separator: ", "),
                    category: .environment,
                    at: .stage(stage, at: nil),
                    hint: "if it was set for another source: sprocket state reset \(key.shellWord) \(stage.shellWord)",
                    // Shown also with -q: the bookmark of another account would leave plays out.
                    severity: .warning
                )
            )
        }
    }

    /// Whether a source has another identity than at the checkpoint of an earlier run.
    func differ(from checkpoint: Checkpoint) -> Bool {
        identities.contains { stage, identity in
            checkpoint.states[StateName.owner(stage)].map { String(decoding: $0, as: UTF8.self) != identity.text }
                ?? false
        }
    }

    // MARK: In a checkpoint

    /// Stores the owners in a checkpoint, for the process that completes the run.
    func keep(in checkpoint: inout Checkpoint) {
        checkpoint.states[StateName.file] = Array(file.utf8)
        for (stage, identity) in identities { checkpoint.states[StateName.owner(stage)] = Array(identity.text.utf8) }
    }

    /// The owner of a source's bookmark, as a checkpoint has it; nil if an earlier version stored the checkpoint.
    static func owner(of stage: String, in checkpoint: Checkpoint) -> BookmarkOwner? {
        guard let file = checkpoint.states[StateName.file], let source = checkpoint.states[StateName.owner(stage)]
        else {
            return nil
        }
        return BookmarkOwner(
            source: String(decoding: source, as: UTF8.self),
            file: String(decoding: file, as: UTF8.self)
        )
    }

    // MARK: Files

    private func isOurs(_ other: String) -> Bool {
        guard other != file else { return true }
        return FileSystem.areSame(path(of: other), path(of: file))
    }

    private func path(of file: String) -> String { file.hasPrefix("/") ? file : "\(folder)/\(file)" }

    /// Another name under which bookmarks of this pipeline file are stored.
    private func otherName(_ store: RunStore) throws -> String? {
        let stores = RunStores(in: store.folder)
        let all = try stores.each(besides: stores.siblings(of: key).union([store.path])) { try $0.bookmarks() }
        let others = try (store.bookmarks() + all).filter { stored in
            stored.pipeline != pipeline && !stored.pipeline.hasPrefix(pipeline + " ")
                && incremental.contains(stored.bookmark.stage)
        }
        return others.first { stored in
            guard let owner = stored.bookmark.owner else { return false }
            if isOurs(owner.file) { return true }
            return !FileSystem.exists(path(of: owner.file))
                && identities[stored.bookmark.stage]?.text == owner.source
        }?.pipeline
    }

    // MARK: Diagnostics

    private func otherSource(_ stage: String, before: SourceIdentity, now: SourceIdentity) -> Diagnostic {
        Diagnostic(
            "pipeline.other-source",
            message: "the bookmark belongs to another source: \(now.difference(from: before))",
            category: .usage,
            at: .stage(stage, at: nil),
            hint:
                "to read both from run to run, give this one a state of its own: --as NAME. To read this one instead, "
                + "from the start: sprocket state reset \(key.shellWord) \(stage.shellWord). If it is the same data under another name: "
                + "sprocket state adopt \(key.shellWord)"
        )
    }

    private func otherFile(_ other: String) -> Diagnostic {
        let (before, now) = (FileSystem.resolved(path(of: other)), FileSystem.resolved(path(of: file)))
        if FileSystem.exists(before) {
            return Diagnostic(
                "pipeline.same-name",
                message:
                    "two pipeline files are called '\(pipeline)' and share the bookmarks of one: \(before) before, \(now) now",
                category: .usage,
                at: .file(now),
                hint:
                    "give one of them another name (name = \"…\"), or this one a state of its own: --as NAME. If it takes "
                    + "the place of the other: sprocket state adopt \(key.shellWord)"
            )
        }
        return Diagnostic(
            "pipeline.moved",
            message:
                "the pipeline '\(pipeline)' was in another file when its bookmarks were set: \(before) before, \(now) now",
            category: .usage,
            at: .file(now),
            hint: "if the file has moved: sprocket state adopt \(key.shellWord). To read everything from the start: "
                + "sprocket state reset \(key.shellWord)"
        )
    }

    private func inFuture(_ stage: String, value: Int64) -> Diagnostic {
        Diagnostic(
            "pipeline.bookmark-ahead",
            message: "the bookmark is at \(ISO8601.text(ofMicroseconds: value)), and now it is "
                + "\(ISO8601.text(ofMicroseconds: present)): what has come since it was set was not read",
            category: .usage,
            at: .stage(stage, at: nil),
            hint: "if this machine's clock is right, an earlier version followed a record that is dated in the future: "
                + "sprocket state reset \(key.shellWord) \(stage.shellWord) reads everything again"
        )
    }

    private func otherStage(_ stage: String, orphan: String) -> Diagnostic {
        Diagnostic(
            "pipeline.other-source",
            message:
                "this source has no bookmark, and the bookmark of '\(orphan)' has no source: source = \"\(orphan)\" before, "
                + "source = \"\(stage)\" now",
            category: .usage,
            at: .stage(stage, at: nil),
            hint: "call the source '\(orphan)' again to continue; to read it from the start: "
                + "sprocket state reset \(key.shellWord) \(orphan.shellWord)"
        )
    }

    private func renamed(_ name: String) -> Diagnostic {
        Diagnostic(
            "pipeline.renamed",
            message:
                "the bookmarks of this pipeline are kept under another name: name = \"\(name)\" before, name = \"\(key)\" now",
            category: .usage,
            at: .file(FileSystem.resolved(path(of: file))),
            hint: "to continue: sprocket state adopt \(key.shellWord) \(name.shellWord). To read everything from "
                + "the start: sprocket state reset \(name.shellWord)"
        )
    }
}
