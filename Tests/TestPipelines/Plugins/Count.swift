package import PluginKit

/// Counts records and leaves no file.
package struct Count: Sink {
    package static let name = "count"
    package static let summary = "Counts records."

    package init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    package func write(_ batch: inout Batch, at mark: Int?) -> Int { (mark ?? 0) + batch.count }

    package func finish(at mark: Int?) -> Delivery { Delivery(written: mark ?? 0) }
}

extension Count {
    /// None of its own.
    package var needs: Needs { .columns([]) }
}
