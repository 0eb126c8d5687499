import Jobs
import PluginKit

/// What happened while a job ran, in words; progress is left out, since how often it comes is not fixed.
final class Events: Sendable {
    private let words = Locked<[String]>([])

    var all: [String] { words.withLock { $0 } }

    func note(_ event: JobEvent) {
        let word: String? =
            switch event {
            case .stepBegins(let step, _, _): "begins \(step)"
            case .findings: "findings"
            case .finding(let finding): finding.code.name
            case .recovered(let run, _): "recovered \(run)"
            case .progress: nil
            case .restarts(let pipeline, _): "restarts \(pipeline)"
            case .stepEnds(let step): "ends \(step.name)"
            }
        if let word { words.withLock { $0.append(word) } }
    }
}
