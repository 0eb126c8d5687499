internal import Diagnostics
internal import PluginKit
internal import StateStore

/// Past runs, as their journals recorded them.
public struct RunHistory: Sendable {
    /// A past run, or one that is running.
    public struct Entry: Sendable {
        /// Its name.
        public let id: String
        /// Its pipeline.
        public let pipeline: String
        /// How it ended, or how far it is, as the state has it: `complete`, `failed`, `stopped`,
        /// `refused`, `partly`, `running`, `intended`.
        public let status: String
        /// The condition of a run that has not recorded its end; nil if it has.
        public let standing: RunStanding?
        /// When it began, in milliseconds since 1970-01-01T00:00:00Z.
        public let startedAt: Int64
        /// When it ended; nil if it has not, or if its process died before recording the end.
        public let endedAt: Int64?
    }

    private let folder: String

    /// The runs of a state folder.
    public init(in folder: String) { self.folder = folder }

    /// Runs, the newest first.
    ///
    /// - Parameters:
    ///   - pipeline: Only runs of this pipeline; nil for all.
    ///   - limit: How many at most.
    /// - Returns: The runs; none if the folder has no state.
    /// - Throws: `state.*`, `file.*`.
    public func runs(of pipeline: String? = nil, atMost limit: Int = 20) throws -> [Entry] {
        try RunStores(in: folder).history(of: pipeline, limit: limit).map { Entry($0, in: folder) }
    }

    /// The report of a run, as JSON.
    ///
    /// - Throws: `command.run` if there is no such run or it left no report.
    public func report(of id: String) throws -> String {
        guard let record = try RunStores(in: folder).record(of: id) else {
            let known = try runs().map(\.id)
            throw Diagnostic(
                "command.run",
                message: "there is no run '\(id)'",
                category: .usage,
                hint: hint(for: id, among: known) ?? "there are no runs yet"
            )
        }
        // A report stored before publication states what would be true if the run had completed.
        guard let report = record.report, record.run.endedAt != nil else {
            throw Diagnostic(
                "command.run",
                message: "the run '\(id)' left no report: \(Self.ending(Entry(record.run, in: folder)))",
                category: .usage,
                hint: record.run.status.isIntended
                    ? "the next start completes it: \(PipelineKey(record.run.identity.pipeline).run)" : nil
            )
        }
        return report
    }

    private static func ending(_ run: Entry) -> String {
        run.standing?.words.map { "it was \($0)".replacing("was died", with: "died") } ?? "it is \(run.status)"
    }
}
