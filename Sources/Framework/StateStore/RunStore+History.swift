internal import Database
public import Diagnostics

extension RunStore {
    /// Runs, the newest first.
    ///
    /// - Parameters:
    ///   - pipeline: The pipeline; nil for all.
    ///   - limit: The maximum number of runs.
    /// - Returns: The runs, without their reports.
    /// - Throws: `state.*`, as opening does.
    public func history(of pipeline: String? = nil, limit: Int = 20) throws(Diagnostic) -> [StoredRun] {
        try read { connection throws(Diagnostic) in
            try connection.storedRuns(
                "WHERE pipeline = coalesce(?, pipeline) ORDER BY number DESC LIMIT ?",
                with: .text(pipeline),
                .integer(max(0, limit))
            ).map(\.run)
        }
    }

    /// A run with its report; nil if it is not in the history.
    ///
    /// If several pipelines had a run with that ID, the newest is returned.
    public func record(of id: String) throws(Diagnostic) -> RunRecord? {
        try read { connection throws(Diagnostic) in
            guard
                let row = try connection.storedRuns("WHERE id = ? ORDER BY number DESC LIMIT 1", with: .text(id)).first
            else { return nil }
            return RunRecord(run: row.run, report: try connection.report(of: row))
        }
    }
}
