internal import Diagnostics
internal import PluginKit

extension Plan {
    /// A digest of everything that decides which records are written where: the stages with their options after
    /// interpolation, the batch size, and the scope.
    ///
    /// A run is resumed only if it is the same. Settings that affect only how the run does its work (layers, limits of
    /// rejection, timeouts, workers, checkpoints) may change in between, and so may comments.
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
    /// The scope, as text for the digest.
    ///
    /// Checkpoints of earlier versions contain digests of this text, so it does not depend on the names of types.
    fileprivate var digestText: String {
        let part = partition.map { "Optional(Engine.RunScope.Partition(number: \($0.number), count: \($0.count)))" }
        let limit = limit.map { "Optional(\($0))" }
        return "RunScope(limit: \(limit ?? "nil"), isDry: \(isDry), partition: \(part ?? "nil"))"
    }
}
