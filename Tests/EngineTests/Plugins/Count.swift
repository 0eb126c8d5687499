import PluginKit

/// Counts records and leaves no file.
struct Count: Sink {
    static let name = "count"
    static let summary = "Counts records."

    init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    func write(_ batch: inout Batch, at mark: Int?) -> Int { (mark ?? 0) + batch.count }

    func finish(at mark: Int?) -> Delivery { Delivery(written: mark ?? 0) }
}
