internal import PluginKit
internal import Records

/// Hands on every batch as it is, in place of a filter that a source keeps to.
struct Passing: MapTransform {
    static let name = "passing"
    static let summary = "Hands on every record."

    let output: Schema
    let needs = Needs.columns([])

    init(output: Schema) { self.output = output }
    init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

    func apply(to batch: inout Batch) {}
}
