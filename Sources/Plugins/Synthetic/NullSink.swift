package import PluginKit

/// Counts records and discards them.
package struct NullSink: Sink {
    package static let name = "null"
    package static let summary = "Counts records and discards them: for tests and benchmarks of the stages before it."
    package static let commitment = Commitment.files
    package static let details = """
        The sink needs every column, so that the stages before it do all of their work, and writes nothing.
        """

    package init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    package func begin(at mark: Int?, attempt: Int) {}

    package func write(_ batch: inout Batch, at mark: Int?) throws -> Int {
        let (sum, overflow) = (mark ?? 0).addingReportingOverflow(batch.count)
        guard !overflow, sum >= 0 else {
            throw Diagnostic("checkpoint.mark", message: "'\(mark ?? 0)' is not a number of records")
        }
        return sum
    }

    package func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
}
