package import PluginKit

/// Counts records and leaves no file.
package struct Count: Sink {
    package static let name = "count"
    package static let summary = "Counts records."
    package static let commitment = Commitment.files

    package init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    package func begin(at mark: Int?, attempt: Int) {}

    package func write(_ batch: inout Batch, at mark: Int?) -> Int { (mark ?? 0) + batch.count }

    package func finish(at mark: Int?) -> Delivery<Int> { Delivery(at: mark ?? 0, written: mark ?? 0) }
}

extension Count {
    /// None of its own.
    package var needs: Needs { .columns([]) }
}
