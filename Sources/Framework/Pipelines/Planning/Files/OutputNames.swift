internal import PluginKit

/// The names that an output may have in one run, asked of the file system once: an output is compared with every other.
package struct OutputNames: Sendable {
    package let output: RunOutput
    /// The path if there is one file.
    package let path: String
    /// The resolved paths that stand for all others in comparisons.
    let samples: [String]
    /// The names of which these may be the temporary ones.
    let finals: [String]
    /// What is there under the path.
    let identity: FileIdentity?
    /// What is there under all of its names.
    let existing: Set<FileIdentity>
    /// The folders that its files lie in, as far as they are there.
    let folders: Set<FileIdentity>
    private let run: RunIdentity
    /// What stands before and after the number of a part; nil where that is not in the last name alone.
    private let ends: (before: String, after: String)?

    init(_ output: RunOutput, in run: RunIdentity) {
        self.output = output
        self.run = run
        path = output.path(in: run)
        samples = output.samples(in: run).map(FileSystem.resolved)
        finals = samples.flatMap(RunOutput.finalNames)
        identity = FileIdentity(path)
        existing = Set(output.existing(in: run).compactMap { FileIdentity($0) })
        folders = Set(samples.flatMap(Self.folders))
        ends = output.mayHaveParts ? Self.ends(output.pattern, in: run) : nil
    }

    /// Whether a resolved path is that of the one file, or of a part.
    func mayWrite(_ path: String) -> Bool {
        if path == samples[0] { return true }
        guard output.mayHaveParts else { return false }
        if let ends, !(path.hasPrefix(ends.before) && path.hasSuffix(ends.after)) { return false }
        return output.mayWrite(path, in: run)
    }

    private static func ends(_ pattern: OutputPath, in run: RunIdentity) -> (before: String, after: String)? {
        // Two parts whose numbers have no digit in common show where the number is.
        let part = FileSystem.resolved(pattern.path(in: run, part: 11, of: 99))
        let other = FileSystem.resolved(pattern.path(in: run, part: 22, of: 99))
        guard FileSystem.parent(of: part) == FileSystem.parent(of: other) else { return nil }
        let before = String(zip(part, other).prefix { $0 == $1 }.map(\.0))
        let after = String(zip(part.reversed(), other.reversed()).prefix { $0 == $1 }.map(\.0).reversed())
        return (before, after)
    }

    /// The folders that a path lies in, as far as they are there.
    private static func folders(_ path: String) -> [FileIdentity] {
        guard path.utf8.count <= FileSystem.longestPath else { return [] }
        var folders: [FileIdentity] = []
        var above = path
        while above != "/", above != "." {
            above = FileSystem.parent(of: above)
            if let identity = FileIdentity(above) { folders.append(identity) }
        }
        return folders
    }
}
