internal import PluginKit
internal import Profiling
internal import Runs

/// What each part of a run is doing, in the form of a profile of Go's goroutines: one for each page in flight, each
/// sink, each call that waits in a layer, and the main task of the run.
///
///     waiting for room in the queue of 'csv' ← main task ← pipeline 'films'
extension Profile {
    /// The profile of a run's activity.
    ///
    /// - Parameters:
    ///   - activity: What the run is doing; nil for an empty profile.
    ///   - pipeline: Its pipeline.
    init(_ activity: RunActivity?, of pipeline: String) {
        let kind = Profile.Kind("goroutine", unit: "count")
        self.init(kinds: [kind], period: kind)
        guard let activity else { return }
        let root = "pipeline '\(pipeline)'"
        func add(_ frames: [String], state: String, stage: String?, for time: Duration?) {
            var labels = [Label("pipeline", text: pipeline), Label("state", text: state)]
            if let stage { labels.append(Label("stage", text: stage)) }
            if let time { labels.append(Label("seconds", number: Int(clamping: time.wholeSeconds), unit: "seconds")) }
            self.add(frames: frames + [root], values: [1], labels: labels)
        }
        add(
            [activity.phase.sentence, "main task"],
            state: activity.phase.name,
            stage: activity.phase.stage,
            for: activity.phase.time
        )
        for page in activity.pages {
            add(
                [page.sentence, "page of source '\(page.source)'"],
                state: page.state.rawValue,
                stage: page.stage ?? page.source,
                for: page.time
            )
        }
        for sink in activity.sinks {
            add(
                [sink.isWriting ? "writing a batch" : "waiting for a batch", "sink '\(sink.stage)'"],
                state: sink.isWriting ? "writing" : "waiting",
                stage: sink.stage,
                for: sink.time
            )
        }
        for wait in activity.waits {
            add(
                [wait.isLimit ? "waiting for \(wait.reason)" : wait.reason, "calls that wait in layers"],
                state: "delayed",
                stage: nil,
                for: nil
            )
        }
    }
}

extension RunActivity.Phase {
    /// What the main task is doing, as a sentence.
    fileprivate var sentence: String {
        let name = stage.map { "'\($0)'" } ?? "a stage"
        return switch self.name {
        case "reading": "waiting for a page of \(name)"
        case "transforming": "in transform \(name)"
        case "writing": "waiting for room in the queue of \(name)"
        case "settling": "waiting for the sinks to write their queues"
        case "asking": "asking the sources whether they have new data"
        case "storing": "waiting for a checkpoint to be stored"
        case "finishing": "waiting for the sinks to complete their files"
        case "publishing": "publishing"
        default: "working"
        }
    }
}

extension RunActivity.Page {
    /// What happens to the page, as a sentence.
    fileprivate var sentence: String {
        switch state {
        case .reading: "being read"
        case .transforming: "in transform '\(stage ?? "")'"
        case .waiting: "waiting for the pages before it"
        case .passing: "being passed to the next stages"
        }
    }
}
