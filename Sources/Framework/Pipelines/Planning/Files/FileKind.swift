package import Diagnostics
internal import PluginKit

/// Files that are replaced again and again by their own kind: metrics, rejected records.
enum FileKind {
    /// Whether a path leads to a file with something in it that begins in none of these ways.
    static func isForeign(_ path: String, beginnings: [String]) -> Bool {
        guard !beginnings.isEmpty, FileSystem.isRegularFile(path), FileSystem.size(of: path) != 0 else { return false }
        let most = beginnings.map(\.utf8.count).max() ?? 0
        var start = [UInt8](repeating: 0, count: most)
        // What cannot be read cannot be distinguished from any other file.
        guard let file = try? InputFile(path),
            let count = try? start.withUnsafeMutableBytes({ try file.read(at: 0, into: $0) })
        else { return true }
        return !beginnings.contains { start[..<count].starts(with: $0.utf8) }
    }
}

extension RunOutput {
    /// Why the file that is there must stay: it is of another kind; nil if it may be replaced, or is looked at otherwise.
    func refusalOfKind(in run: RunIdentity) -> Diagnostic? {
        guard case .ofKind(let beginnings, let words) = policy else { return nil }
        let path = path(in: run)
        guard FileKind.isForeign(path, beginnings: beginnings) else { return nil }
        return Diagnostic(
            "pipeline.existing-file",
            message: "\(path) is there already, and holds something else than \(words)",
            category: .usage,
            at: place ?? .file(path),
            hint: "move it away, or choose another path"
        )
    }
}

extension Plan {
    /// What files of rejected records begin with.
    static let rejectBeginnings = [#"{"stage":"#]

    /// Refuses to write rejected records over a file of another kind that has appeared since the run began.
    ///
    /// - Parameters:
    ///   - path: Where they are to be.
    ///   - hint: What to do, if that is not what a run that publishes itself would say.
    /// - Throws: `file.existing`.
    package func refuseForeignRejects(at path: String, hint: String? = nil) throws(Diagnostic) {
        guard FileKind.isForeign(path, beginnings: Self.rejectBeginnings) else { return }
        throw Diagnostic(
            "file.existing",
            message: "nothing was published: this file holds something else than rejected records",
            category: .environment,
            at: .file(path),
            hint: hint ?? "move it away, or choose another path; then run again"
        )
    }
}
