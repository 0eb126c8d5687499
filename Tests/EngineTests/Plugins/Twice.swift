import PluginKit

/// Makes two records of each.
struct Twice: Transform {
    static let name = "twice"
    static let summary = "Makes two records of each."

    let output: Schema

    init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

    func apply(to batch: inout Batch) {
        let once = batch
        for row in 0..<once.count { batch.append(row, of: once) }
    }
}
