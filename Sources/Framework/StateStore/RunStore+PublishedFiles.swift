internal import Database
public import Diagnostics
internal import Platform

extension RunStore {
    /// The maximum number of files per pipeline; the oldest are deleted.
    static let publishedFilesKept = 10_000

    /// The last publication of a file, by its canonical path.
    ///
    /// - Returns: The file as it was then; nil if no complete run of this state has published it.
    /// - Throws: `state.*`, as opening does.
    public func publishedFile(at resolved: String) throws(Diagnostic) -> PublishedFile? {
        try read { connection throws(Diagnostic) in
            try connection.publishedFiles("WHERE resolved = ?", with: .text(resolved)).first
        }
    }

    /// The files that a pipeline has published under a path as written, whatever it resolved to then.
    ///
    /// - Throws: `state.*`, as opening does.
    public func publishedFiles(of pipeline: String, as path: String) throws(Diagnostic) -> [PublishedFile] {
        try read { connection throws(Diagnostic) in
            try connection.publishedFiles("WHERE pipeline = ? AND path = ?", with: .text(pipeline), .text(path))
        }
    }

    /// Stores files of an abandoned run that already have their final names.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func note(_ files: [PublishedFile]) throws {
        guard !files.isEmpty else { return }
        try write("made") { connection in try connection.keep(files) }
    }

    /// Changes the pipeline of published files to its new name.
    func renameMaker(_ pipeline: String, to name: String) throws {
        let files = try publishedFiles(renaming: pipeline, to: name)
        try write("made") { connection in for file in files { try connection.store(file) } }
    }

    /// The files of a pipeline under another pipeline name, the oldest first.
    func publishedFiles(renaming pipeline: String, to name: String) throws(Diagnostic) -> [PublishedFile] {
        let (old, new) = (Self.withoutPartition(pipeline), Self.withoutPartition(name))
        return try read { connection throws(Diagnostic) in
            try connection.publishedFiles("WHERE pipeline = ?", with: .text(old)).reversed().map { $0.made(by: new) }
        }
    }

    /// The key without its partition: `films @bert` for `films @bert 2of8`.
    static func withoutPartition(_ key: String) -> String {
        guard let space = key.lastIndex(of: " ") else { return key }
        let word = key[key.index(after: space)...].split(separator: "of", omittingEmptySubsequences: false)
        let isPartition = word.count == 2 && word.allSatisfy { !$0.isEmpty && $0.allSatisfy { "0"..."9" ~= $0 } }
        return isPartition ? String(key[..<space]) : key
    }

    /// The reports of a pipeline's complete runs, the newest first, with the runs' IDs.
    ///
    /// - Throws: `state.*`, as opening does.
    public func completeReports(of pipeline: String) throws(Diagnostic) -> [(run: String, report: String)] {
        try read { connection throws(Diagnostic) in
            let rows = try connection.storedRuns(
                "WHERE pipeline = ? AND status = 'complete' ORDER BY number DESC",
                with: .text(pipeline)
            )
            var reports: [(run: String, report: String)] = []
            for row in rows {
                if let report = try connection.report(of: row) { reports.append((row.run.identity.id, report)) }
            }
            return reports
        }
    }
}

extension Connection {
    /// Stores files, and deletes the oldest of their pipelines beyond the limit.
    func keep(_ files: [PublishedFile]) throws(Diagnostic) {
        for file in files { try store(file) }
        for pipeline in Set(files.map(\.pipeline)) {
            try dropPublishedFiles(of: pipeline, beyond: RunStore.publishedFilesKept)
        }
    }
}
