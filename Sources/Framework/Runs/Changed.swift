internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The result of a transform for one batch.
struct Changed: Sendable {
    /// The records for the first output.
    var batch: Batch
    /// The records for the other outputs, and those that follow `batch` in the first.
    var outputs: Outputs
}

extension Changed {
    fileprivate func checkText() throws(Diagnostic) {
        try batch.checkText()
        try outputs.checkText()
    }
}

extension RunContext {
    /// Calls a transform with a batch, through its layers; each attempt has a copy of it.
    ///
    /// - Parameters:
    ///   - batch: The batch, with the columns of the stage's input.
    ///   - index: The stage.
    ///   - isRepeatable: Whether the call may be repeated.
    ///   - apply: The transform.
    /// - Returns: The result of the stage.
    /// - Throws: `StageFailure.badBatch` unchanged; any other error as a diagnostic at the stage and the origin of the
    ///   records.
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
            do throws(Diagnostic) { try changed.checkText() } catch { throw StageFailure.badBatch(error) }
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
    /// Whether a record of the batch is the cause.
    fileprivate var isRefusal: Bool { if case .badBatch = self { true } else { false } }
}
