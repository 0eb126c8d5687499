package import Diagnostics
package import Pipelines
internal import Glibc
internal import PluginKit

/// Finds pipeline files that share a name, and therefore bookmarks, checkpoints and a lock.
///
/// It reads the pipelines of a folder once, however many of them are run or checked.
package struct NamesakeSearch {
    /// The paths of pipelines by their names, for each folder that was read.
    private var folders: [String: [String: [String]]] = [:]

    /// A search that has read no folder yet.
    package init() {}

    /// The errors in the names of pipelines: each name is compared with the others, and with the files in the same
    /// folder.
    ///
    /// A file that cannot be read as a pipeline has no name; it is reported when it is run or checked itself.
    ///
    /// - Parameters:
    ///   - files: The pipelines that are run or checked.
    ///   - others: More pipelines that they are compared with.
    /// - Returns: An error for every two files with the same name.
    package mutating func findings(_ files: [PipelineFile], beside others: [PipelineFile] = []) -> DiagnosticList {
        var found = DiagnosticList()
        var known: [String: [String]] = [:]
        for file in others { known[file.name, default: []].append(file.source.name) }
        for file in files {
            let path = file.source.name
            let namesake =
                known[file.name]?.first { !Self.isSame($0, as: path) }
                ?? pipelines(beside: path)[file.name]?.first { !Self.isSame($0, as: path) }
            known[file.name, default: []].append(path)
            guard let namesake else { continue }
            found.append(
                Diagnostic(
                    "pipeline.same-name",
                    message:
                        "two pipeline files are called '\(file.name)', and would share bookmarks and checkpoints: \(path) and "
                        + namesake,
                    category: .usage,
                    at: .file(path),
                    hint: "give one of them another name: name = \"…\""
                )
            )
        }
        return found
    }

    /// The pipelines in the folder of a file, by their names.
    private mutating func pipelines(beside path: String) -> [String: [String]] {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        if let known = folders[folder] { return known }
        var pipelines: [String: [String]] = [:]
        for (name, path) in Self.pipelines(in: folder) { pipelines[name, default: []].append(path) }
        folders[folder] = pipelines
        return pipelines
    }

    private static func pipelines(in folder: String) -> [(name: String, path: String)] {
        let names = (try? FileSystem.names(in: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { $0.hasSuffix(".toml") }.map { folder + $0 }.filter(isRegular).compactMap { path in
            guard let bytes = try? InputFile(path).readAll(atMost: 4 << 20),
                case .pipeline(let file) = try? RunnableFile(bytes, path: path)
            else { return nil }
            return (file.name, path)
        }
    }

    private static func isSame(_ path: String, as other: String) -> Bool {
        path == other || FileSystem.areSame(path, other)
    }

    /// Whether a file can be read without waiting for another process.
    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
