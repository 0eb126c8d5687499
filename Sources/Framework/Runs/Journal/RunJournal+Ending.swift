internal import Diagnostics
internal import PluginKit
internal import StateStore

extension RunJournal {
    /// Writes down how the run ended, and lets others begin.
    ///
    /// Where that cannot be written down, the next start of the pipeline finds the run cut off, and continues it.
    ///
    /// - Parameter report: How it ended.
    /// - Returns: The report as it is true now: of a run whose files are published, whether the state knows it.
    public func conclude(_ report: RunReport) -> RunReport {
        // In this order, or the next run of the pipeline could meet the claims of this one.
        defer {
            files.release()
            lock.release()
        }
        if isWritten.withLock({ $0 }) { return report }
        // Exporters have had their say since.
        guard var again = unwritten.withLock({ $0 }) else { return write(report) }
        again.findings = report.findings.filter { !RunReport.saysUnrecorded($0) }
        return write(again)
    }

    /// Writes down how the run ended, while it still hands on its figures; others do not begin yet.
    ///
    /// - Returns: The report as it is true then.
    func write(_ report: RunReport) -> RunReport {
        // The next start publishes the files, and has to find them listed.
        guard !report.isToBePublished else { return report }
        do {
            try store(report)
            isWritten.withLock { $0 = true }
            return report
        } catch {
            unwritten.withLock { $0 = report }
            return report.unrecorded(because: error, in: store.path)
        }
    }

    private func store(_ report: RunReport) throws {
        let json = report.json
        switch report.outcome {
        case .published:
            let files = report.files.map { SourceRevision.MadeFile(path: $0.path, bytes: $0.bytes) }
            let bookmarks =
                edges.withLock { $0 }.map { $0.owned(by: owners.owner(of: $0.stage)) }
                + revisions.withLock { $0 }.map { $0.bookmark(with: files) }
            try store.complete(
                identity,
                report: json,
                bookmarks: bookmarks,
                files: report.files.map { MadeFile($0, of: report.run.maker, run: identity.id) },
                keeping: keptFiles.withLock { $0 } ?? [],
                at: Self.now
            )
        case .nothingNew:
            try store.complete(identity, report: json, keeping: keptFiles.withLock { $0 } ?? [], at: Self.now)
        case .unrecorded, .stopped, .failed, .tooManyRejected, .sumsDisagree, .moved:
            let isStopped = if case .stopped = report.outcome { true } else { false }
            let kept = keptFiles.withLock { $0 }
            try store.end(
                identity,
                as: isStopped ? .stopped : .failed,
                report: json,
                keeping: kept,
                at: Self.now
            )
            if !report.canBeResumed { try store.dropCheckpoint(of: identity.pipeline) }
        }
    }
}
