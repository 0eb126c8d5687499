internal import PluginKit
internal import Records

/// Passes every batch on unchanged, in place of a filter that a source applies.
struct Passing: MapTransform {
    static let name = "passing"
    static let summary = "Passes every record on."

    let output: Schema
    let needs = Needs.columns([])

    init(output: Schema) { self.output = output }
    init(_ options: NoOptions, input: Schema, in context: StageContext) { output = input }

    func apply(to batch: inout Batch) {}
}
