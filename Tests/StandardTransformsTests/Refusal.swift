import Diagnostics
import PluginKit
import PluginTestKit
import Records

/// What is refused, as a person would read it; nil if nothing is.
func refusal(_ body: () throws -> Void) throws -> String? {
    do {
        try body()
        return nil
    } catch let error as DiagnosticList {
        return error.all.map { $0.rendered() }.joined(separator: "\n")
    } catch let error as Diagnostic {
        return error.rendered()
    }
}

/// What a transform without a memory makes of a batch: its first output, with the rejected and filtered records.
func changed<T: Transform>(_ input: Batch, by transform: T.Type, options: String) async throws -> Batch
where T.Memory == Void, T.Table == Void {
    let stage = try Bench().transform(transform, options: options, input: input.schema)
    var batch = input
    var nothing: Void = ()
    var outputs = Outputs(stage.outputs, origins: batch.origins)
    try await stage.apply(to: &batch, table: (), memory: &nothing, outputs: &outputs)
    return batch
}
