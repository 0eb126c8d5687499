internal import Diagnostics
internal import Runs

extension RunReport.Standing {
    /// The published files and commits, as text that follows the name of a pipeline and how its run ended.
    ///
    /// - Parameter report: The report, which states how many files there are.
    /// - Returns: A clause without a full stop.
    func words(_ report: RunReport) -> String {
        let count = report.files.count
        let files = count.counted("file is", plural: "files are")
        let done = report.commits.filter(\.isDone).map { "'\($0.stage)'" }
        let open = report.commits.filter { !$0.isDone }.map { "'\($0.stage)'" }
        return switch self {
        case .everything: "\(files) published"
        case .unrecorded: "published, not recorded; the next run completes it"
        case .earlier: "the files of the earlier run are unchanged"
        case .nothing: "nothing was published"
        case .later: "nothing was published yet; the next run continues from here"
        case .partly where !report.commits.isEmpty:
            Self.words(files: count > 0 ? files : "no file is", done: done, open: open)
        case .partly where count == 0: "nothing was published yet; the next run publishes the files"
        case .partly: "\(files) published, and the next run publishes the others"
        }
    }

    /// The commits and files of a run that are visible, and what the next run does.
    private static func words(files: String, done: [String], open: [String]) -> String {
        let committed = done.isEmpty ? "no sink has committed" : "\(done.joined(separator: ", ")) committed"
        let waiting = open.isEmpty ? "" : ", \(open.joined(separator: ", ")) not"
        return "\(committed)\(waiting); \(files) published; the next run tries the rest"
    }
}
