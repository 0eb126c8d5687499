internal import Diagnostics
internal import PluginKit

/// Temporary files next to the outputs of a run that no run of this state made, or that have changed since.
enum StrayFiles {
    /// How many are named at most.
    private static let mostNames = 20

    /// A note about them; nil if there are none.
    ///
    /// - Parameters:
    ///   - claims: The outputs.
    ///   - known: The absolute paths of files that belong to runs of this state.
    ///   - kept: Further files that were not removed.
    /// - Returns: A note with their names.
    static func note(_ claims: [TemporaryFiles.Claim], besides known: Set<String>, kept: [String]) -> Diagnostic? {
        let found = paths(beside: claims).subtracting(known).union(kept.filter { FileIdentity(named: $0) != nil })
        guard !found.isEmpty else { return nil }
        let names = found.sorted().prefix(mostNames).joined(separator: ", ")
        let rest = found.count > mostNames ? " and \(found.count - mostNames) more" : ""
        return Diagnostic(
            "files.left",
            message: "temporary files that no run of this state needs (\(found.count)): \(names)\(rest)",
            category: .environment,
            hint: "if no run of another state folder continues with them, remove them",
            severity: .note
        )
    }

    /// The absolute paths of all files whose names are those of temporary files of these outputs.
    static func paths(beside claims: [TemporaryFiles.Claim]) -> Set<String> {
        var found: Set<String> = []
        for claim in claims {
            guard let file = try? OutputTarget(claim.path).file else { continue }
            let path = FileSystem.absoluteName(file)
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let (folder, name) = (path[..<slash], path[path.index(after: slash)...])
            for other in (try? FileSystem.names(in: folder.isEmpty ? "/" : String(folder))) ?? []
            where isTemporary(other, of: name) {
                found.insert("\(folder)/\(other)")
            }
        }
        return found
    }

    /// Whether a name is that of a temporary file of an output: `NAME.part`, `NAME.3.part`, `NAME.spool`,
    /// `.NAME.PID-N.part`.
    static func isTemporary(_ other: String, of name: Substring) -> Bool {
        if other.hasPrefix(".\(name).") { return other.hasSuffix(".part") }
        guard other.hasPrefix("\(name).") else { return false }
        let rest = other.dropFirst(name.count + 1)
        if rest == "part" || rest == "spool" { return true }
        return rest.hasSuffix(".part") && rest.dropLast(5).allSatisfy { "0"..."9" ~= $0 }
    }
}
