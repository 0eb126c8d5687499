internal import Diagnostics
internal import PluginKit
internal import Records

/// Carries out a plan: sources to transforms to sinks, batch by batch, and publishes at the end or not at all.
public struct Run: Sendable {
    private let plan: Plan
    private let journal: RunJournal?
    private let control: RunControl
    private let onProgress: (@Sendable (RunProgress) -> Void)?

    /// A run of a plan.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - journal: Where it writes down what it is about to publish; nil to leave no trace.
    ///   - control: Lets somebody stop it.
    ///   - onProgress: Told after each batch; it should return at once.
    public init(
        _ plan: Plan,
        journal: RunJournal? = nil,
        control: RunControl = RunControl(),
        onProgress: (@Sendable (RunProgress) -> Void)? = nil
    ) {
        self.plan = plan
        self.journal = journal
        self.control = control
        self.onProgress = onProgress
    }

    /// Does it, and tells how it went.
    ///
    /// Whatever happens, either all files have their final names or none has.
    ///
    /// Leaves the caller's actor once: every further hop would cost a thousand times more on the main actor.
    @concurrent
    public func execute() async -> RunReport {
        let start = plan.time.now
        var flow = Flow(plan, start: start, onProgress: onProgress)
        do {
            for index in plan.sourceOrder { try await drain(index, &flow) }
            try await finish(&flow)
        } catch {
            await flow.abandon()
            flow.report.outcome = Self.outcome(of: error)
        }
        flow.report.allowance =
            plan.rejectVariable.map { "-D \($0)=\(flow.report.rejected)" }
            ?? "on_reject = { limit = \(flow.report.rejected) } under [run]"
        flow.report.findings = plan.findings.all + plan.log.all
        flow.report.duration = plan.time.now - start
        return flow.report
    }

    /// Reads a source to its end.
    ///
    /// The next page is read while this one goes through the stages.
    private func drain(_ index: Int, _ flow: inout Flow) async throws {
        guard case .source(let source) = plan.nodes[index].stage else { return }
        let reader = PageReader(source: source, node: plan.nodes[index], batchSize: plan.settings.batchSize)
        var way = PageOrder()
        try checkStop()
        var page = try await reader.page(at: nil)
        while true {
            let batch = page.takeBatch()
            guard let cursor = try way.cursor(after: page.next, of: reader.name) else {
                try await flow.read(batch, by: index)
                return
            }
            async let following = reader.page(at: cursor)
            try await flow.read(batch, by: index)
            try checkStop()
            page = try await following
        }
    }

    private func checkStop() throws {
        if control.isStopped || Task.isCancelled { throw Stopped() }
    }

    /// Completes all sinks, checks the sums, and publishes.
    private func finish(_ flow: inout Flow) async throws {
        try checkStop()
        try await flow.finishSinks()
        if let limit = plan.settings.onReject.limit, flow.report.rejected > limit {
            throw TooManyRejected(limit: limit)
        }
        try flow.checkSums()
        try flow.publish(journal)
    }

    private static func outcome(of error: any Error) -> RunReport.Outcome {
        switch error {
        case let error as TooManyRejected: .tooManyRejected(limit: error.limit)
        case let error as SumsDisagree: .sumsDisagree(error.diagnostic)
        case is Stopped, is CancellationError: .stopped
        default: .failed(Diagnostic.wrapping(error, at: .stage("run", at: nil)))
        }
    }
}

/// Somebody asked the run to stop.
struct Stopped: Error {}

/// More records were rejected than the file allows.
struct TooManyRejected: Error {
    let limit: Int
}

/// The counts of a stage do not agree.
struct SumsDisagree: Error {
    let diagnostic: Diagnostic
}
