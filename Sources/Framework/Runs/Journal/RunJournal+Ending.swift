internal import Diagnostics
internal import PluginKit
internal import StateStore

extension RunJournal {
    /// Records how the run ended, and releases the pipeline's lock.
    ///
    /// If that cannot be recorded, the next start of the pipeline finds the run cut off, and continues it.
    ///
    /// - Parameter report: How it ended.
    /// - Returns: The report with the result of recording it: whether the state knows that the files are published.
    public func conclude(_ report: RunReport) -> RunReport {
        // In this order, or the next run of the pipeline could find the claims of this one.
        defer {
            files.release()
            lock.release()
        }
        if isWritten.withLock({ $0 }) { return report }
        // Exporters may have added findings since.
        guard var again = unwritten.withLock({ $0 }) else { return write(report) }
        again.findings = report.findings.filter { !RunReport.saysUnrecorded($0) }
        return write(again)
    }

    /// Records how the run ended, before its metrics are exported.
    ///
    /// The lock is still held.
    ///
    /// - Returns: The report with the result of recording it.
    func write(_ report: RunReport) -> RunReport {
        // The next start completes the run, and needs the recorded intention.
        if report.isToBePublished, !report.outcome.isPartly { return report }
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
            try store.complete(
                identity,
                report: json,
                bookmarks: bookmarks(with: report.files),
                files: report.files.map { PublishedFile($0, of: report.run.maker, run: identity.id) },
                keeping: keptFiles.withLock { $0 } ?? [],
                at: now
            )
        case .nothingNew:
            try store.complete(identity, report: json, keeping: keptFiles.withLock { $0 } ?? [], at: now)
        case .unrecorded, .stopped, .failed, .tooManyRejected, .sumsDisagree, .sourceChanged, .refused, .partly:
            let kept = keptFiles.withLock { $0 }
            try store.end(identity, as: report.outcome.ending, report: json, keeping: kept, at: now)
            if !report.canBeResumed { try store.dropCheckpoint(of: identity.pipeline) }
        }
    }
}

extension RunReport.Outcome {
    fileprivate var isPartly: Bool { if case .partly = self { true } else { false } }

    /// The ending as the state stores it.
    fileprivate var ending: RunStore.Ending {
        switch self {
        case .stopped: .stopped
        case .refused: .refused
        case .partly: .partly
        default: .failed
        }
    }
}
