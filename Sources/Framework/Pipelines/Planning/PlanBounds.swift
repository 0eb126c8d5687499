internal import Diagnostics
internal import PluginKit
internal import Records

/// Limits what grows with the product of two numbers in a file: layers around stages, and columns of stages.
struct PlanBounds {
    private var layers = 0
    private var columns = 0
    /// Whether a limit was exceeded, so that further stages are not checked.
    private(set) var areReached = false

    /// Counts the layers around a stage.
    ///
    /// - Throws: `pipeline.too-many`.
    mutating func add(layers count: Int, of section: StageSection) throws(DiagnosticList) {
        layers += count
        guard layers > FileLimits.layersOfStages else { return }
        throw refusal(
            "layers around all stages of a pipeline, and here there are more",
            most: FileLimits.layersOfStages,
            section: section,
            hint: "name in 'middleware' of each stage the layers that it needs"
        )
    }

    /// Counts the columns that a stage reads and passes on.
    ///
    /// - Throws: `pipeline.too-many`.
    mutating func add(columnsOf node: Plan.Node, of section: StageSection) throws(DiagnosticList) {
        // The outputs of a route share the columns of its input.
        let width = node.outputs.first?.schema.width ?? 0
        try add(columns: node.input.width + width + node.outputs.count, of: section)
    }

    /// Counts columns that a stage looks at.
    ///
    /// - Throws: `pipeline.too-many`.
    mutating func add(columns count: Int, of section: StageSection) throws(DiagnosticList) {
        columns += count
        guard columns > FileLimits.columns else { return }
        throw refusal(
            "columns of all stages of a pipeline together, and here there are more",
            most: FileLimits.columns,
            section: section,
            hint: "have the sources read fewer columns, or divide the pipeline into several"
        )
    }

    private mutating func refusal(_ words: String, most: Int, section: StageSection, hint: String) -> DiagnosticList {
        areReached = true
        return DiagnosticList([
            Diagnostic(
                "pipeline.too-many",
                message: "there are at most \(most) \(words)",
                at: .text(section.use.range),
                hint: hint
            )
        ])
    }
}
