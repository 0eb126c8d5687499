package import Diagnostics
internal import PluginKit

/// The file of `--report`, which states how the last command ended, or that it is running.
///
/// It is checked before anything is read, and a report with the outcome `running` replaces that of an earlier command
/// immediately: a command that is killed, or cannot start, never leaves the success of another.
package struct ReportFile {
    /// Its path, as given.
    private let path: String

    /// Writes a report that states that the command runs.
    ///
    /// - Parameters:
    ///   - path: The file; missing folders are created.
    ///   - pipelines: The pipelines that the command runs.
    ///   - head: The members that the program adds.
    /// - Throws: `command.report` if the path is not valid for a report, or the file exists and is not a report, in
    ///   which case it is not changed; `file.*` if it cannot be written.
    package init(at path: String, for pipelines: [String], head: ReportHead) throws(Diagnostic) {
        self.path = path
        try check()
        try write(head.running(pipelines))
    }

    /// Replaces the report.
    package func write(_ json: [UInt8]) throws(Diagnostic) {
        try FileSystem.replace(path, with: VisibleText.json(json).span)
    }

    /// Refuses a path that cannot be that of a file, whether or not it exists.
    ///
    /// - Throws: `command.report`, `option.home`.
    package static func checkName(_ path: String) throws(Diagnostic) {
        try HomePath.check(path)
        guard ["", "-", "/dev/stdout", "/dev/stderr"].contains(path) else { return }
        throw Diagnostic(
            "command.report",
            message: "--report must name a file, not '\(path)'",
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
            message: "\(what), so --report does not overwrite it",
            category: .usage,
            at: .file(path),
            hint: "name another file, or remove this one"
        )
    }

    /// The start of every report.
    private static let beginning = Array("{\"sprocket\":".utf8)
}
