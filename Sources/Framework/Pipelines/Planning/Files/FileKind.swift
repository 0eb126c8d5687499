package import Diagnostics
internal import PluginKit

/// Files that are overwritten repeatedly by files of the same kind: metrics, rejected records.
enum FileKind {
    /// Whether a path leads to a non-empty file that starts with none of these texts.
    static func isForeign(_ path: String, beginnings: [String]) -> Bool {
        guard !beginnings.isEmpty, FileSystem.isRegularFile(path), FileSystem.size(of: path) != 0 else { return false }
        let most = beginnings.map(\.utf8.count).max() ?? 0
        var start = [UInt8](repeating: 0, count: most)
        // A file that cannot be read counts as one of another kind.
        guard let file = try? InputFile(path),
            let count = try? start.withUnsafeMutableBytes({ try file.read(at: 0, into: $0) })
        else { return true }
        return !beginnings.contains { start[..<count].starts(with: $0.utf8) }
    }
}

extension RunOutput {
    /// Why the existing file must not be replaced: it is of another kind; nil if it may be replaced, or is checked
    /// elsewhere.
    func refusalOfKind(in run: RunIdentity) -> Diagnostic? {
        guard case .ofKind(let beginnings, let words) = policy else { return nil }
        let path = path(in: run)
        guard FileKind.isForeign(path, beginnings: beginnings) else { return nil }
        return Diagnostic(
            "pipeline.existing-file",
            message: "\(path) exists and contains something other than \(words)",
            category: .usage,
            at: place ?? .file(path),
            hint: "move it away, or choose another path"
        )
    }
}

extension Plan {
    /// The start of every file of rejected records.
    static let rejectBeginnings = [#"{"stage":"#]

    /// Refuses to overwrite a file of another kind with rejected records, if one has appeared since the run started.
    ///
    /// - Parameters:
    ///   - path: The path of the rejected records.
    ///   - hint: The hint, if it differs from that of a run that publishes its own files.
    /// - Throws: `file.existing`.
    package func refuseForeignRejects(at path: String, hint: String? = nil) throws(Diagnostic) {
        guard FileKind.isForeign(path, beginnings: Self.rejectBeginnings) else { return }
        throw Diagnostic(
            "file.existing",
            message: "nothing was published: this file contains something other than rejected records",
            category: .environment,
            at: .file(path),
            hint: hint ?? "move it away, or choose another path; then run again"
        )
    }
}
