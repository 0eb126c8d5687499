public import Diagnostics
public import Pipelines
internal import PluginKit

/// A folder in which the files of pipelines and chains are found by name; files elsewhere are found by their paths.
public struct PipelineFolder: Sendable, Hashable {
    /// The path of the folder.
    public let path: String

    /// Creates a folder, which need not exist.
    public init(_ path: String = "pipelines") { self.path = path }

    /// Reads the file for a name or a path.
    ///
    /// - Throws: `pipeline.missing` if there is none; `file.*`; all errors in its form.
    public func file(_ name: String) throws(DiagnosticList) -> RunnableFile {
        let (bytes, path) = try bytes(of: name)
        return try RunnableFile(bytes, path: path)
    }

    /// The names of the files in the folder.
    public var names: [String] {
        ((try? FileSystem.names(in: path)) ?? []).filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
    }

    /// The library of all files that can be found.
    var library: PipelineLibrary { PipelineLibrary { name throws(DiagnosticList) in try file(name) } }

    private func bytes(of name: String) throws(DiagnosticList) -> ([UInt8], path: String) {
        do throws(Diagnostic) {
            let path = try path(of: name)
            return (try InputFile(path).readAll(atMost: 64 << 20), path)
        } catch {
            throw DiagnosticList([error])
        }
    }

    private func path(of name: String) throws(Diagnostic) -> String {
        try HomePath.check(name)
        let isPath = name.contains("/") || name.hasSuffix(".toml")
        let path = isPath ? name : "\(path)/\(name).toml"
        if FileSystem.exists(path) { return path }
        throw Diagnostic(
            "pipeline.missing",
            message: "there is no pipeline '\(name)'"
                + (isPath ? "" : ": no file \(path) in \(FileSystem.currentFolder)"),
            category: .usage,
            hint: VariableWord.hint(name) ?? hint(for: name, among: names)
                ?? "-C names the folder that contains 'pipelines'; a path can be given instead of a name"
        )
    }
}
