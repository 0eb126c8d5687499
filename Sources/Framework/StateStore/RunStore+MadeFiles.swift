internal import Database
public import Diagnostics
internal import PluginKit

extension RunStore {
    /// As many files of a pipeline are known at most; the oldest are forgotten.
    static let madeFilesKept = 10_000

    /// Who published a file last, by its path from the root.
    ///
    /// - Returns: The file as it was then; nil if no complete run of this state has.
    /// - Throws: `state.*`, as opening does.
    public func madeFile(at resolved: String) throws(Diagnostic) -> MadeFile? {
        try read { connection throws(Diagnostic) in
            try connection.madeFiles("WHERE resolved = ?", .text(resolved)).first
        }
    }

    /// Files that a pipeline has published under a path as it is written, wherever that led then.
    ///
    /// - Throws: `state.*`, as opening does.
    public func madeFiles(of pipeline: String, as path: String) throws(Diagnostic) -> [MadeFile] {
        try read { connection throws(Diagnostic) in
            try connection.madeFiles("WHERE pipeline = ? AND path = ?", .text(pipeline), .text(path))
        }
    }

    /// Stores files that have their final names already, of a run that is given up.
    ///
    /// - Throws: `state.*`, `file.*`.
    public func note(_ files: [MadeFile]) throws {
        guard !files.isEmpty else { return }
        try write("made") { connection in try connection.keep(files) }
    }

    /// The reports of a pipeline's complete runs, the newest first, by the runs' names.
    ///
    /// - Throws: `state.*`, as opening does.
    public func completeReports(of pipeline: String) throws(Diagnostic) -> [(run: String, report: String)] {
        try read { connection throws(Diagnostic) in
            let rows = try connection.storedRuns(
                "WHERE pipeline = ? AND status = 'complete' ORDER BY number DESC",
                .text(pipeline)
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
    /// Stores files, and forgets the oldest of their pipelines.
    func keep(_ files: [MadeFile]) throws(Diagnostic) {
        for file in files { try store(file) }
        for pipeline in Set(files.map(\.pipeline)) {
            try dropMadeFiles(of: pipeline, beyond: RunStore.madeFilesKept)
        }
    }
}
