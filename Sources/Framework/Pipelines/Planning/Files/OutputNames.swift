internal import PluginKit

/// The names that an output may have in one run, looked up in the file system once: each output is compared with all
/// others.
package struct OutputNames: Sendable {
    package let output: RunOutput
    /// The path if the output is a single file.
    package let path: String
    /// The resolved paths that represent all others in comparisons.
    let samples: [String]
    /// The final names for which these may be the temporary ones.
    let finals: [String]
    /// The file that exists at the path.
    let identity: FileIdentity?
    /// The files that exist at all of its names.
    let existing: Set<FileIdentity>
    /// The folders that contain its files, as far as they exist.
    let folders: Set<FileIdentity>
    private let run: RunIdentity
    /// The text before and after the number of a part; nil if the number is not in the last component alone.
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

    /// Whether a resolved path is that of the single file, or of a part.
    func mayWrite(_ path: String) -> Bool {
        if path == samples[0] { return true }
        guard output.mayHaveParts else { return false }
        if let ends, !(path.hasPrefix(ends.before) && path.hasSuffix(ends.after)) { return false }
        return output.mayWrite(path, in: run)
    }

    private static func ends(_ pattern: OutputPath, in run: RunIdentity) -> (before: String, after: String)? {
        // Two parts whose numbers have no digit in common reveal the position of the number.
        let part = FileSystem.resolved(pattern.path(in: run, part: 11, of: 99))
        let other = FileSystem.resolved(pattern.path(in: run, part: 22, of: 99))
        guard FileSystem.parent(of: part) == FileSystem.parent(of: other) else { return nil }
        let before = String(zip(part, other).prefix { $0 == $1 }.map(\.0))
        let after = String(zip(part.reversed(), other.reversed()).prefix { $0 == $1 }.map(\.0).reversed())
        return (before, after)
    }

    /// The folders that contain a path, as far as they exist.
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
