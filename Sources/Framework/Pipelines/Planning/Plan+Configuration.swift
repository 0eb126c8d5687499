internal import Diagnostics
internal import PluginKit

extension Plan {
    /// A digest of everything that decides which records come where: the stages with their options as they are after
    /// interpolation, the batch size, and how much is to be done.
    ///
    /// A run is resumed only where it is the same. What decides how a run goes about it (layers, limits of rejection and
    /// of time, workers, checkpoints) may change in between, and so may comments.
    static func configuration(
        of file: PipelineFile,
        interpolation: Interpolation,
        settings: RunSettings,
        scope: RunScope
    ) -> String {
        var digest = ConfigurationDigest(interpolation: interpolation)
        digest.add("\(settings.batchSizeText) \(settings.ordered) \(settings.onReject.keep?.pattern ?? "")")
        digest.add(scope.digestText)
        for stage in file.stages { digest.add("\(stage.kind)", value: stage.table) }
        return digest.text
    }
}

extension RunScope {
    /// How much is to be done, as the digest has it.
    ///
    /// Checkpoints of earlier versions hold digests with this text, so it does not follow the names of types.
    fileprivate var digestText: String {
        let part = partition.map { "Optional(Engine.RunScope.Partition(number: \($0.number), count: \($0.count)))" }
        let limit = limit.map { "Optional(\($0))" }
        return "RunScope(limit: \(limit ?? "nil"), isDry: \(isDry), partition: \(part ?? "nil"))"
    }
}
