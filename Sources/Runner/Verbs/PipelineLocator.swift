internal import Diagnostics
internal import Pipelines
internal import PluginKit

/// Finds the files of pipelines and chains by name or path.
enum PipelineLocator {
    static let folder = "pipelines"

    /// Reads the file that a name or a path means.
    static func file(_ name: String) throws(DiagnosticList) -> RunnableFile {
        let (bytes, path) = try bytes(of: name)
        return try RunnableFile(bytes, path: path)
    }

    /// All files that can be found.
    static let library = PipelineLibrary { name throws(DiagnosticList) in try file(name) }

    private static func bytes(of name: String) throws(DiagnosticList) -> ([UInt8], path: String) {
        do throws(Diagnostic) {
            let path = try path(of: name)
            return (try InputFile(path).readAll(atMost: 64 << 20), path)
        } catch {
            throw DiagnosticList([error])
        }
    }

    /// The names of the files in the folder of pipelines.
    static var names: [String] {
        ((try? FileSystem.names(in: folder)) ?? []).filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }
    }

    private static func path(of name: String) throws(Diagnostic) -> String {
        try HomePath.check(name)
        let isPath = name.contains("/") || name.hasSuffix(".toml")
        let path = isPath ? name : "\(folder)/\(name).toml"
        if FileSystem.exists(path) { return path }
        throw Diagnostic(
            "pipeline.missing",
            "there is no pipeline '\(name)'" + (isPath ? "" : ": no file \(path) in \(FileSystem.currentFolder)"),
            category: .usage,
            hint: Arguments.assignmentHint(name) ?? hint(for: name, among: names)
                ?? "-C names the folder that holds 'pipelines'; a path works too"
        )
    }
}
