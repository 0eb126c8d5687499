package import PluginKit

/// Makes two records of each.
package struct Twice: MapTransform {
    package static let name = "twice"
    package static let summary = "Makes two records of each."

    package let output: Schema

    package init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

    package func apply(to batch: inout Batch) {
        let once = batch
        batch.append(contentsOf: once)
    }
}

extension Twice {
    /// None of its own.
    package var needs: Needs { .columns([]) }
}
