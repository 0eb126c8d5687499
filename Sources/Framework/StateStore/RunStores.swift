internal import Database
internal import Diagnostics
internal import Platform

/// The databases of a state folder: `state.db`, and in `parts` one for each part of a partitioned run.
///
/// Parts run simultaneously, on several machines with a shared disk. With a database of its own, no part waits for the
/// changes of another, and a damaged database affects one part only. Code that reads a folder reads all of its
/// databases.
public struct RunStores: Sendable {
    /// The folder, as given.
    public let folder: String

    /// The databases of a folder; nothing is opened yet.
    public init(in folder: String) { self.folder = folder }

    /// Whether there is one.
    ///
    /// The check does not create one.
    public var exist: Bool { RunStore.exists(in: folder) || !partPaths.isEmpty }

    /// Opens the database with a pipeline's state for a run, creating it if it does not exist.
    ///
    /// State that an earlier version has stored for a part in `state.db` is moved into the part's own database.
    ///
    /// - Parameter key: The pipeline with instance and partition, as in `RunIdentity.key`; its lock is held.
    /// - Returns: The database.
    /// - Throws: `state.*`, `file.*`, as `RunStore` does.
    public func open(for key: String) throws -> RunStore {
        let store = try RunStore(in: folder, for: key)
        guard Self.isPart(key), RunStore.exists(in: folder) else { return store }
        let common = try RunStore(in: folder)
        if try common.hasState(of: key) {
            // An attached database stays attached while the store lives, so a separate store is used for this.
            try RunStore(in: folder, for: key).takeOver(key, from: common)
        }
        return store
    }

    /// The existing databases that may contain state of a pipeline.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func stores(of key: String) throws -> [RunStore] {
        let paths = Set([Self.path(of: key, in: folder), Self.path(of: "", in: folder)])
        return try existing(paths.sorted().reversed())
    }

    /// Reads from all databases in sequence: `state.db` first, then the parts by name.
    ///
    /// - Parameters:
    ///   - paths: Databases to leave out.
    ///   - body: Reads from one; it is closed afterwards.
    /// - Returns: All elements that `body` returned.
    /// - Throws: `state.*`, `file.*`; what `body` throws.
    public func each<Element>(
        besides paths: Set<String> = [],
        body: (RunStore) throws -> [Element]
    ) throws -> [Element] {
        try ([Self.path(of: "", in: folder)] + partPaths).filter { !paths.contains($0) }.flatMap { path in
            try existing([path]).flatMap(body)
        }
    }

    /// Runs, the newest first.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline; nil for all.
    ///   - limit: The maximum number of runs.
    /// - Returns: The runs, without their reports.
    /// - Throws: `state.*`, `file.*`.
    public func history(of pipeline: String? = nil, limit: Int = 20) throws -> [StoredRun] {
        var known: Set<[String]> = []
        let all = try each { try $0.history(of: pipeline, limit: limit) }
            .filter { known.insert([$0.identity.pipeline, $0.identity.id]).inserted }
        // Those of one database are in the order of their numbers, regardless of the clock.
        guard !partPaths.isEmpty else { return all }
        let sorted = all.enumerated().sorted { ($1.element.startedAt, $0.offset) < ($0.element.startedAt, $1.offset) }
        return Array(sorted.map(\.element).prefix(max(0, limit)))
    }

    /// A run with its report; nil if it is in no history.
    ///
    /// If several pipelines had a run with that ID, the newest is returned.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func record(of id: String) throws -> RunRecord? {
        try each { try $0.record(of: id).map { [$0] } ?? [] }.max { $0.run.startedAt < $1.run.startedAt }
    }

    /// Removes the owners of bookmarks, so that the next run adopts them; under another name they move to its database.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline; its lock is held.
    ///   - name: The new name of the pipeline; its lock is held, too.
    /// - Returns: How many there were.
    /// - Throws: `state.*`, `file.*`.
    public func disown(of pipeline: String, as name: String) throws -> Int {
        var count = 0
        for store in try stores(of: pipeline) {
            if name == pipeline || store.path == Self.path(of: name, in: folder) {
                count += try store.disown(of: pipeline, as: name)
            } else if try !store.bookmarks(of: pipeline).isEmpty {
                count += try RunStore(in: folder, for: name).adopt(pipeline, as: name, from: store)
            }
        }
        return count
    }

    private func existing(_ paths: [String]) throws -> [RunStore] {
        try paths.filter(Self.isThere).map { path in
            try RunStore(in: folder, at: path, patience: .seconds(2), faults: Faults.current)
        }
    }

    private var partPaths: [String] {
        let parts = Self.partsFolder(of: folder)
        let names = (try? FileSystem.names(in: parts)) ?? []
        return names.filter(Self.isOfPart).sorted().map { "\(parts)/\($0)" }
    }

    // MARK: Names

    private static let end = ".db"

    /// Whether a file in the folder of the parts is a part's database.
    ///
    /// The key of a part ends in a number. A plugin's file has a word there: `films%202of8.cache.db`.
    private static func isOfPart(_ name: String) -> Bool {
        guard name.hasSuffix(end) else { return false }
        let stem = name.dropLast(end.count)
        guard let dot = stem.lastIndex(of: ".") else { return true }
        return !stem[dot...].dropFirst().allSatisfy(\.isLetter)
    }

    /// Whether a key is that of a part: `films 2of8`, `films @bert 2of8`.
    public static func isPart(_ key: String) -> Bool { RunStore.withoutPartition(key) != key }

    /// The paths of the databases of the other parts of the same partitioning.
    ///
    /// Each is handled by its own part, so that the first access of one part need not wait for all others.
    public func siblings(of key: String) -> Set<String> {
        guard Self.isPart(key), let count = key.lastIndex(of: "f") else { return [] }
        let maker = "\(Self.partsFolder(of: folder))/\(PipelineLock.fileName(of: RunStore.withoutPartition(key) + " "))"
        let ending = "o\(key[count...])\(Self.end)"
        return Set(
            partPaths.filter { path in
                path.hasPrefix(maker) && path.hasSuffix(ending)
                    && path.dropFirst(maker.count).dropLast(ending.count).allSatisfy { "0"..."9" ~= $0 }
            }
        ).subtracting([Self.path(of: key, in: folder)])
    }

    static func partsFolder(of folder: String) -> String { "\(folder)/parts" }

    /// The database of a pipeline, with instance and partition.
    static func path(of key: String, in folder: String) -> String {
        isPart(key) ? "\(partsFolder(of: folder))/\(PipelineLock.fileName(of: key))\(end)" : "\(folder)/state.db"
    }

    /// Whether a database exists; if only its journal does, opening it reports that.
    static func isThere(_ path: String) -> Bool {
        FileSystem.exists(path) || !DatabaseFile.journals(of: path).isEmpty
    }
}

extension RunStore {
    /// Whether a folder has a `state.db`.
    ///
    /// The check does not create one.
    public static func exists(in folder: String) -> Bool { RunStores.isThere(RunStores.path(of: "", in: folder)) }

    /// Whether there is state of a pipeline.
    func hasState(of key: String) throws(Diagnostic) -> Bool {
        try read { connection throws(Diagnostic) in
            let found = try connection.rows(
                """
                SELECT EXISTS (SELECT 1 FROM runs WHERE pipeline = ?1)
                    OR EXISTS (SELECT 1 FROM bookmarks WHERE pipeline = ?1)
                    OR EXISTS (SELECT 1 FROM temporary_files WHERE pipeline = ?1)
                """,
                with: .text(key)
            ) { $0.integer(0) }
            return found != [0]
        }
    }

    /// Moves the state of a pipeline from another database to this one, unless there already is some.
    ///
    /// The numbers of runs are included in their seals, so they are kept.
    fileprivate func takeOver(_ key: String, from other: RunStore) throws {
        guard try !hasState(of: key) else { return }
        try write("part", with: other) { connection in
            for statement in Self.moving { try connection.run(statement, with: .text(key)) }
        }
    }

    private static let moving: [String] = {
        let runs = "(SELECT number FROM other.runs WHERE pipeline = ?)"
        let ofRuns = [
            "reports", "checkpoints", "checkpoint_stages", "checkpoint_parts", "publications", "publication_files",
            "intended_commits", "intended_bookmarks",
        ]
        let ofPipelines = ["bookmarks", "temporary_files"]
        return ["INSERT INTO main.runs SELECT * FROM other.runs WHERE pipeline = ?"]
            + ofRuns.map { "INSERT INTO main.\($0) SELECT * FROM other.\($0) WHERE run IN \(runs)" }
            + ofPipelines.map { "INSERT INTO main.\($0) SELECT * FROM other.\($0) WHERE pipeline = ?" }
            // The other tables are emptied together with the runs.
            + (["runs"] + ofPipelines).map { "DELETE FROM other.\($0) WHERE pipeline = ?" }
    }()
}
