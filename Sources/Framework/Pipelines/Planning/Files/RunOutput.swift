internal import Diagnostics
package import PluginKit

/// A file that a run writes, or several with numbered names, as far as its pipeline states them.
package struct RunOutput: Sendable {
    /// What decides whether an existing file is replaced.
    package enum Policy: Sendable {
        /// The option `on_existing` of a sink; nil if it is not given, or the sink has none.
        case published(OnExisting?, isOffered: Bool)
        /// The texts that files of the kind start with; a file that starts otherwise is not replaced. Empty: no check.
        case ofKind([String], words: String)
    }

    /// The owner, for messages: `the sink 'diary'`.
    package let owner: String
    package let pattern: OutputPath
    /// The position of the path in the pipeline, or of the stage that has it by default.
    package let place: Diagnostic.Place?
    let mayHaveParts: Bool
    package let policy: Policy
    /// Whether the command writes it, not the run.
    var isOfCommand = false

    /// The path if the output is a single file.
    func path(in run: RunIdentity) -> String { pattern.path(in: run) }

    /// The paths that represent all others in comparisons: that of the single file, and that of a part.
    func samples(in run: RunIdentity) -> [String] {
        let one = pattern.path(in: run)
        guard mayHaveParts else { return [one] }
        let part = pattern.path(in: run, part: 2, of: 2)
        return part == one ? [one] : [one, part]
    }

    /// Whether a resolved path is that of the single file, or of a part.
    package func mayWrite(_ path: String, in run: RunIdentity) -> Bool {
        if FileSystem.resolved(pattern.path(in: run)) == path { return true }
        guard mayHaveParts else { return false }
        // The number of parts is not known in advance; a part's number is in its name.
        return path.split(whereSeparator: { !("0"..."9" ~= $0) }).contains { digits in
            guard let (part, most) = Self.part(digits) else { return false }
            return FileSystem.resolved(pattern.path(in: run, part: part, of: most)) == path
        }
    }

    /// The existing files with a name of this output: the single file, and parts by their numbers.
    package func existing(in run: RunIdentity) -> [String] {
        let one = pattern.path(in: run)
        var found = FileSystem.exists(one) ? [one] : []
        guard mayHaveParts else { return found }
        // Two parts whose numbers have no digit in common reveal the position of the number.
        let part = pattern.path(in: run, part: 11, of: 99)
        let other = pattern.path(in: run, part: 22, of: 99)
        let folder = FileSystem.parent(of: part)
        guard part != other, FileSystem.parent(of: other) == folder else { return found }
        let start = zip(part, other).prefix { $0 == $1 }.count
        let (prefix, suffix) = (part.prefix(start), part.dropFirst(start + 2))
        guard let names = try? FileSystem.names(in: folder) else { return found }
        let before = part.dropLast(FileSystem.lastName(of: part).count)
        for name in names {
            let path = before + name
            guard path.count > prefix.count + suffix.count, path.hasPrefix(prefix), path.hasSuffix(suffix),
                Self.part(path.dropFirst(prefix.count).dropLast(suffix.count)) != nil, path != one
            else { continue }
            found.append(String(path))
        }
        return found
    }

    /// The number of a part, and the most parts whose numbers are written with that many digits; nil if it is not one.
    ///
    /// Sinks write at most 1,000 parts: `films-2019.csv` is not a part.
    private static func part(_ digits: Substring) -> (Int, of: Int)? {
        guard 2...4 ~= digits.count, digits.allSatisfy({ "0"..."9" ~= $0 }), let part = Int(digits), part > 0,
            part <= 1000
        else { return nil }
        return switch digits.count {
        case 2: (part, of: 99)
        case 3: (part, of: 999)
        default: (part, of: 1000)
        }
    }

    /// The final names for which a path may be the temporary one: `x.csv.part`, `x.csv.2.part`, `x.csv.spool`; empty if
    /// it does not look like one.
    package static func finalNames(ofTemporary path: String) -> [String] {
        for suffix in [".part", ".spool"] where path.hasSuffix(suffix) {
            let rest = path.dropLast(suffix.count)
            let numbered = rest.dropLast(rest.reversed().prefix { "0"..."9" ~= $0 }.count)
            guard suffix == ".part", numbered.count < rest.count, numbered.hasSuffix(".") else { return [String(rest)] }
            return [String(rest), String(numbered.dropLast())]
        }
        return []
    }
}
