package import PluginKit

/// Takes now longer, now shorter, for no reason.
package struct Wobble: MapTransform {
    package static let name = "wobble"
    package static let summary = "Takes its time."

    package let output: Schema

    package init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

    package func apply(to batch: inout Batch) async {
        // The same batch takes the same time, so that a run can be repeated.
        let turns = batch.origin.utf8.reduce(5381 as UInt32) { ($0 &* 33) ^ UInt32($1) } % 17
        for _ in 0..<turns { await Task.yield() }
    }
}

extension Wobble {
    /// None of its own.
    package var needs: Needs { .columns([]) }
}
