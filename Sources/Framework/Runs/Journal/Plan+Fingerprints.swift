internal import Pipelines
internal import PluginKit

extension Plan {
    /// Has the sinks discard what an earlier run has written.
    ///
    /// - Parameter marks: The mark of each sink at the last checkpoint, by stage.
    func abandon(at marks: [String: String]) async {
        for node in nodes { if case .sink(let sink) = node.stage { await sink.abandon(at: marks[node.name]) } }
    }

    /// The configuration with the fingerprints of the sources' data.
    func configurationWithFingerprints() async -> String {
        var text = configuration + ":"
        for node in nodes {
            guard case .source(let source) = node.stage else { continue }
            // What it has found to be new is stored with the run: later news do not concern it.
            if node.findsNews {
                text += "news;"
                continue
            }
            // A source that cannot state its fingerprint reports the reason when it is read.
            text += (try? await source.fingerprint).flatMap { $0 } ?? "-"
            text += ";"
        }
        return text
    }
}
