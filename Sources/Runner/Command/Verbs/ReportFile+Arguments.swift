internal import Diagnostics
internal import Glibc
internal import Jobs

extension ReportFile {
    /// Writes a report for a command line that could not be parsed, if it names a file for one.
    ///
    /// - Parameters:
    ///   - words: The command line after the verb.
    ///   - problem: What is wrong with it.
    static func leave(_ words: [String], because problem: Diagnostic) {
        guard let path = value(of: "--report", in: words) else { return }
        let folder = words.indices.last { words[$0] == "-C" && $0 + 1 < words.endIndex }.map { words[$0 + 1] }
        // Without the working folder, the target of a relative path is not known.
        if let folder, !path.hasPrefix("/"), chdir(folder) != 0 { return }
        do throws(Diagnostic) {
            let head = ReportHead(verb: RunVerb.name, exit: Int(ExitCode(for: problem).rawValue))
            try ReportFile(at: path, for: [], head: head).write(head.notStarted([], because: [problem]))
        } catch {
            // The command has already failed, for a reason that is reported; a second error would hide it.
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
