/// A pattern of paths, as shells know them: `data/*.csv`, `logs/**/2026-??.jsonl`, `part-[0-9].csv`.
///
/// `*` stands for any characters of a name, `?` for one, `[a-z]` for one of several and `[!a-z]` for one of all others;
/// `**` as a whole component stands for any number of folders, also none. A name that begins with a dot is found only
/// if the pattern has that dot. `[*]` stands for `*` itself.
public struct Glob: Sendable, Hashable {
    /// The pattern as written.
    public let pattern: String
    /// The folder before the first component with a wildcard, with its last `/`; empty for the working directory.
    let base: String
    /// The components after `base`.
    let components: [Component]

    /// A component of a pattern.
    enum Component: Sendable, Hashable {
        /// Any number of folders.
        case folders
        /// One name.
        case name(NamePattern)
    }

    /// Whether a path has wildcards.
    public static func isPattern(_ path: String) -> Bool { path.utf8.contains { "*?[".utf8.contains($0) } }

    /// Reads a pattern; every text is one.
    public init(_ pattern: String) {
        self.pattern = pattern
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let fixed = parts.prefix { !Self.isPattern(String($0)) }.count
        let before = min(fixed, parts.count - 1)
        base = parts[..<before].map { $0 + "/" }.joined()
        var components: [Component] = parts[before...].filter { !$0.isEmpty && $0 != "." }.map {
            $0 == "**" ? .folders : .name(NamePattern(String($0)))
        }
        // At its end, it stands for all files there.
        if components.last == .folders { components.append(.name(NamePattern("*"))) }
        self.components = components
    }

    /// Whether a path below `base`, by its components, has the pattern.
    func matches(_ names: ArraySlice<Substring>) -> Bool { Self.matches(names, components: components[...]) }

    private static func matches(_ names: ArraySlice<Substring>, components: ArraySlice<Component>) -> Bool {
        guard let component = components.first else { return names.isEmpty }
        switch component {
        case .folders:
            var rest = names
            while true {
                if matches(rest, components: components.dropFirst()) { return true }
                guard let name = rest.popFirst(), !name.hasPrefix(".") else { return false }
            }
        case .name(let pattern):
            guard let name = names.first, pattern.matches(String(name)) else { return false }
            return matches(names.dropFirst(), components: components.dropFirst())
        }
    }

    /// Whether a file at a canonical path would be found, whether it exists or not.
    package func finds(resolved path: String) -> Bool {
        let folder = FileSystem.resolved(base.isEmpty ? "." : base)
        let beginning = folder == "/" ? "/" : folder + "/"
        guard path.hasPrefix(beginning) else { return false }
        return matches(path.dropFirst(beginning.count).split(separator: "/")[...])
    }
}
