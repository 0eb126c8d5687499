package import Diagnostics
internal import PluginKit

/// The file of `--report`, which states how the last command ended, or that it runs.
///
/// It is looked at before anything is read, and a report of the outcome `running` replaces that of an earlier command at
/// once: a command that is killed, or cannot begin, never leaves the success of another.
package struct ReportFile {
    /// Where it is, as it was given.
    private let path: String

    /// Writes a report that states that the command runs.
    ///
    /// - Parameters:
    ///   - path: The file; folders above it come into being.
    ///   - pipelines: What the command is to run.
    ///   - head: What the program adds.
    /// - Throws: `command.report` if the path is not one for a report, or something else than a report lies there, which then
    ///   stays as it is; `file.*` if it cannot be written.
    package init(at path: String, for pipelines: [String], head: ReportHead) throws(Diagnostic) {
        self.path = path
        try check()
        try write(head.running(pipelines))
    }

    /// Replaces the report.
    package func write(_ json: [UInt8]) throws(Diagnostic) {
        try FileSystem.replace(path, with: VisibleText.json(json).span)
    }

    /// Refuses a path that cannot be that of a file, whatever lies there.
    ///
    /// - Throws: `command.report`, `option.home`.
    package static func checkName(_ path: String) throws(Diagnostic) {
        try HomePath.check(path)
        guard ["", "-", "/dev/stdout", "/dev/stderr"].contains(path) else { return }
        throw Diagnostic(
            "command.report",
            message: "--report names a file, not '\(path)'",
            category: .usage,
            hint: "--report report.json; --json prints the report on standard output"
        )
    }

    private func check() throws(Diagnostic) {
        try Self.checkName(path)
        do throws(Diagnostic) {
            guard try OutputTarget(path).exists, FileSystem.size(of: path) ?? 0 > 0 else { return }
        } catch {
            guard error.category == .environment, SpecialFile(at: path) != nil else { throw error }
            throw refusal("this is not a regular file")
        }
        let input = try InputFile(path)
        var start = [UInt8](repeating: 0, count: Self.beginning.count)
        var result: Result<Int, Diagnostic> = .success(0)
        start.withUnsafeMutableBytes { buffer in
            result = Result { () throws(Diagnostic) in try input.read(at: 0, into: buffer) }
        }
        guard start[..<(try result.get())].elementsEqual(Self.beginning) else {
            throw refusal("this is not a report of sprocket")
        }
    }

    private func refusal(_ what: String) -> Diagnostic {
        Diagnostic(
            "command.report",
            message: "\(what), so --report does not write over it",
            category: .usage,
            at: .file(path),
            hint: "name another file, or remove this one"
        )
    }

    /// How every report begins.
    private static let beginning = Array("{\"sprocket\":".utf8)
}
