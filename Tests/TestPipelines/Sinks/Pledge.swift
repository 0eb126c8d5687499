package import PluginKit

/// Counts records, and notes what becomes of them; its destination never refuses.
package struct Pledge: Sink {
    package static let name = "pledge"
    package static let summary = "Counts records, and commits without fail."
    package static let commitment = Commitment.certain

    package struct Options: OptionGroup {
        @Option("How its commit ends: well, with an error, or refused against its word.") var ends = End.well
        package init() {}
    }

    package enum End: String, CaseIterable, OptionValue {
        case well, fails, refuses
    }

    private let ends: End
    private let stage: String

    package init(_ options: Options, input: Schema, in context: StageContext) {
        ends = options.ends
        stage = context.stage
    }

    package func begin(at mark: Int?, attempt: Int) {
        Trace.current?.note("\(stage) begins at \(mark.map { "\($0)" } ?? "the start"), attempt \(attempt)")
    }

    package func write(_ batch: inout Batch, at mark: Int?) -> Int { (mark ?? 0) + batch.count }

    package func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }

    package func commit(at mark: Int) throws {
        switch ends {
        case .well: Trace.current?.note("\(stage) commits \(mark)")
        case .fails: throw Diagnostic("pledge.late", message: "the pledge is not kept yet", category: .transient)
        case .refuses: throw Refused(Diagnostic("pledge.broken", message: "the pledge is broken"))
        }
    }

    package func abandon(at mark: Int?) { Trace.current?.note("\(stage) abandons \(mark ?? 0)") }
}

/// Has what it writes visible immediately.
package struct Announce: Sink {
    package static let name = "announce"
    package static let summary = "Notes records as they come."
    package static let commitment = Commitment.immediate

    package init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    package func begin(at mark: Int?, attempt: Int) {}

    package func write(_ batch: inout Batch, at mark: Int?) -> Int {
        Trace.current?.note("announce \(batch.count)")
        return (mark ?? 0) + batch.count
    }

    package func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
}
