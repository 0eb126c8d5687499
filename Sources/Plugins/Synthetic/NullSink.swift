package import PluginKit

/// Counts records and forgets them.
package struct NullSink: Sink {
    package static let name = "null"
    package static let summary = "Counts records and forgets them: for tests and benchmarks of what comes before."
    package static let commitment = Commitment.files
    package static let details = """
        It needs every column, so that the stages before it do all of their work, and writes nothing anywhere.
        """

    package init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    package func begin(at mark: Int?, attempt: Int) {}

    package func write(_ batch: inout Batch, at mark: Int?) throws -> Int {
        let (sum, overflow) = (mark ?? 0).addingReportingOverflow(batch.count)
        guard !overflow, sum >= 0 else {
            throw Diagnostic("checkpoint.mark", message: "'\(mark ?? 0)' is no number of records")
        }
        return sum
    }

    package func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
}
