internal import Diagnostics
internal import Glibc
internal import PluginKit

/// The file of `--report`, which states how the last command ended, or that it runs.
///
/// It is looked at before anything is read, and a report of the outcome `running` replaces that of an earlier command at
/// once: a command that is killed, or cannot begin, never leaves the success of another.
struct ReportFile {
    /// Where it is, as it was given.
    let path: String

    /// Writes a report that states that the command runs.
    ///
    /// - Parameters:
    ///   - path: The file; folders above it come into being.
    ///   - pipelines: What the command is to run.
    /// - Throws: `command.report` if the path is not one for a report, or something else than a report lies there, which then
    ///   stays as it is; `file.*` if it cannot be written.
    init(at path: String, for pipelines: [String]) throws(Diagnostic) {
        self.path = path
        try check()
        try write(UnfinishedReportJSON.running(pipelines))
    }

    /// Replaces the report.
    func write(_ json: [UInt8]) throws(Diagnostic) {
        try FileSystem.replace(path, with: VisibleText.json(json).span)
    }

    /// Refuses a path that cannot be that of a file, whatever lies there.
    ///
    /// - Throws: `command.report`, `option.home`.
    static func checkName(_ path: String) throws(Diagnostic) {
        try HomePath.check(path)
        guard ["", "-", "/dev/stdout", "/dev/stderr"].contains(path) else { return }
        throw Diagnostic(
            "command.report",
            "--report names a file, not '\(path)'",
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
            "\(what), so --report does not write over it",
            category: .usage,
            at: .file(path),
            hint: "name another file, or remove this one"
        )
    }

    /// How every report begins.
    private static let beginning = Array("{\"sprocket\":".utf8)
}

extension ReportFile {
    /// Leaves a report of a command line that could not be understood, as far as it names a file for one.
    ///
    /// - Parameters:
    ///   - words: The command line after the verb.
    ///   - problem: What is wrong with it.
    static func leave(_ words: [String], _ problem: Diagnostic) {
        guard let path = value(of: "--report", in: words) else { return }
        let folder = words.indices.last { words[$0] == "-C" && $0 + 1 < words.endIndex }.map { words[$0 + 1] }
        // Without the folder to work in, where a relative path leads is not known.
        if let folder, !path.hasPrefix("/"), chdir(folder) != 0 { return }
        do throws(Diagnostic) {
            let file = try ReportFile(at: path, for: [])
            try file.write(UnfinishedReportJSON.notBegun([], [problem], ExitCode(for: problem)))
        } catch {
            // The command has failed already, for a reason that is reported; a second one would hide it.
        }
    }

    private static func value(of flag: String, in words: [String]) -> String? {
        var value: String?
        for (index, word) in words.enumerated() {
            if word == "--" { break }
            if word == flag, index + 1 < words.count { value = words[index + 1] }
            if word.hasPrefix(flag + "=") { value = String(word.dropFirst(flag.utf8.count + 1)) }
        }
        return value
    }
}
