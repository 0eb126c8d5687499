internal import Diagnostics
internal import PluginKit

/// The files that a run writes as far as the pipeline file says, to see whether an exporter would write to somebody
/// else's.
///
/// Figures are written again and again while the run goes on: whatever else was to be there would be lost.
struct PlannedFiles {
    private struct File {
        let owner: String
        let isThere: (_ path: String) -> Bool
    }

    private let run: RunIdentity
    private var files: [File] = []

    /// No file yet.
    init(_ run: RunIdentity) { self.run = run }

    /// Adds a file by its path.
    mutating func add(_ path: String, of owner: String) {
        let resolved = FileSystem.resolved(path)
        files.append(File(owner: owner) { $0 == resolved })
    }

    /// Adds a file of a stage, and those that it would write in several parts.
    mutating func add(_ path: OutputPath, of owner: String) {
        files.append(File(owner: owner) { [run] in Self.isOne($0, of: path, in: run) })
    }

    /// Adds the files of an exporter.
    ///
    /// - Returns: Why it must not have them, if somebody else has; at its place.
    mutating func add(_ exporter: PlannedExporter) -> [Diagnostic] {
        var problems: [Diagnostic] = []
        for (path, place) in exporter.paths {
            let name = path.path(in: run)
            let resolved = FileSystem.resolved(name)
            if let file = files.first(where: { $0.isThere(resolved) }) {
                problems.append(
                    Diagnostic(
                        "pipeline.same-file",
                        "the exporter '\(exporter.name)' would write to the file of \(file.owner): \(name)",
                        at: place ?? .stage(exporter.name, at: nil),
                        hint: "give each its own path"
                    )
                )
            }
            add(name, of: "the exporter '\(exporter.name)'")
        }
        return problems
    }

    /// Whether a path is that of the one file of a pattern, or of a part.
    private static func isOne(_ path: String, of pattern: OutputPath, in run: RunIdentity) -> Bool {
        if FileSystem.resolved(pattern.path(in: run)) == path { return true }
        // How many parts there will be, nobody knows; a part's number stands in its name.
        return path.split(whereSeparator: { !("0"..."9" ~= $0) }).contains { digits in
            guard 2...9 ~= digits.count, let part = Int(digits), part > 0,
                let most = Int(String(repeating: "9", count: digits.count))
            else { return false }
            return FileSystem.resolved(pattern.path(in: run, part: part, of: most)) == path
        }
    }
}
