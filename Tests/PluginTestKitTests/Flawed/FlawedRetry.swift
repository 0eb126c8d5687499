import PluginKit

/// A layer that tries a call four times within a minute, with one flaw or none.
struct FlawedRetry: Middleware {
    enum Flaw: String, CaseIterable, OptionValue {
        case none, givesUpTooSoon, repeatsWhatLasts, repeatsWhatIsCalledOff, triesOnceMore, hasAllTheTime
        case ignoresAskedPause, waitsInVain, hasFixedPauses, hasLongPauses, sleepsThrough, tellsTheFirst, tellsItsOwn
        case forgetsAskedPause, endsWhereNobodyIsLetIn
    }

    static let name = "flawed-retry"
    static let summary = "Repeats calls, with a flaw."
    static let wraps: Set<CallKind> = [.page]

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    private let flaw: Flaw
    private let context: StageContext

    init(_ options: Options, in context: StageContext) {
        flaw = options.flaw
        self.context = context
    }

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        let start = context.time.now
        let most = flaw == .givesUpTooSoon ? 3 : flaw == .triesOnceMore ? 5 : 4
        var first: (any Error)?
        for attempt in 1... {
            do {
                return try await next(call)
            } catch {
                first = first ?? error
                guard let asked = pauseAsked(error) else { throw error }
                let now = context.time.now
                let pause = pause(behind: attempt, asked)
                let isLate = flaw == .hasAllTheTime ? asked > .seconds(60) : now - start + pause > .seconds(60)
                if attempt == most || isLate && flaw != .waitsInVain
                    || flaw == .waitsInVain && now - start > .seconds(60)
                {
                    throw ending(error, first)
                }
                try await sleep(until: now + pause)
            }
        }
        preconditionFailure("an endless loop has no end")
    }

    /// The pause that a failure asks for, if it is one to be repeated.
    private func pauseAsked(_ error: any Error) -> Duration? {
        switch error {
        case StageFailure.transient(_, let asked): flaw == .ignoresAskedPause ? .zero : asked ?? .zero
        case StageFailure.blocked(_, let asked): flaw == .endsWhereNobodyIsLetIn ? nil : asked ?? .zero
        case is CancellationError: flaw == .repeatsWhatIsCalledOff ? .zero : nil
        default: flaw == .repeatsWhatLasts ? .zero : nil
        }
    }

    private func pause(behind attempt: Int, _ asked: Duration) -> Duration {
        let ceiling = Duration.seconds(flaw == .hasLongPauses ? 8 : min(1 << (attempt - 1), 4))
        return asked + ceiling * (flaw == .hasFixedPauses ? 0.5 : context.random.next())
    }

    private func sleep(until moment: Duration) async throws {
        guard flaw == .sleepsThrough else { return try await context.time.sleep(until: moment) }
        let time = context.time
        try await Task.detached { try await time.sleep(until: moment) }.value
    }

    private func ending(_ last: any Error, _ first: (any Error)?) -> any Error {
        switch flaw {
        case .tellsTheFirst: first ?? last
        case .tellsItsOwn: Diagnostic("flawed.gave-up", message: "it was tried too often")
        case .forgetsAskedPause:
            if case StageFailure.transient(let diagnostic, _) = last {
                StageFailure.transient(diagnostic)
            } else {
                last
            }
        default: last
        }
    }
}
