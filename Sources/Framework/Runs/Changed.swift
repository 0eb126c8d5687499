internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// What a transform has made of a batch.
struct Changed: Sendable {
    /// What goes to the first output.
    var batch: Batch
    /// What goes to the other outputs, or comes after it to the first.
    var outputs: Outputs
}

extension RunContext {
    /// Calls a transform with a batch, through its layers; each attempt has a copy of it.
    ///
    /// - Parameters:
    ///   - batch: The batch, with the columns of the stage's input.
    ///   - index: The stage.
    ///   - isRepeatable: Whether the call may be made again.
    ///   - apply: What it does.
    /// - Returns: What the stage has made of the batch.
    /// - Throws: `StageFailure.badBatch` as it is; else a diagnostic at the stage and the place of the records.
    func change(
        _ batch: Batch,
        at index: Int,
        isRepeatable: Bool,
        apply: @escaping SideBySide
    ) async throws -> Changed {
        let node = self[index]
        let attempt: @Sendable (Batch) async throws -> Changed = { batch in
            var changed = Changed(batch: batch, outputs: Outputs(node.outputs, origins: batch.origins))
            try await apply(&changed.batch, &changed.outputs)
            return changed
        }
        let layers = node.layers.wrapping(.batch)
        let meter = monitor.meters[index]
        do {
            guard !calls.areDirect(layers) else {
                return try await meter.measuring(plan.time) { try await attempt(batch) }
            }
            let call = Call<Batch, Changed>(.batch, stage: node.name, input: batch, isRepeatable: isRepeatable)
            return try await calls.make(call, through: layers, meter: meter, operation: attempt)
        } catch let failure as StageFailure where failure.isRefusal && isRepeatable {
            throw failure
        } catch {
            throw Diagnostic.placing(error, at: node.name, origin: batch.origins.text)
        }
    }
}

extension StageFailure {
    /// Whether a record in the batch is the cause.
    fileprivate var isRefusal: Bool { if case .badBatch = self { true } else { false } }
}
