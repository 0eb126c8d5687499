internal import Diagnostics
internal import PluginKit

/// All known files that a run reads, writes or depends on, used to detect an output that would replace one of them.
///
/// Files are the same if their resolved paths are, or if both exist and have the same device and inode: this covers
/// `./`, `..`, linked folders, hard links, and names that differ only by case on a file system that ignores case.
package struct PlannedFiles: Sendable {
    private enum Entry: Sendable {
        /// A file or folder that no output may replace or write into.
        case protected(FileName, owner: String)
        /// Files that no output may replace or add to, by the pattern of their paths.
        case pattern(Glob, owner: String)
        /// A SQLite database, with the files next to it.
        case database(FileName, owner: String)
        /// The folder of the state, in which only some names belong to the program.
        case state(String)
        case output(OutputNames)

        var owner: String {
            switch self {
            case .protected(_, let owner), .pattern(_, let owner), .database(_, let owner): owner
            case .state: "the state of runs"
            case .output(let names): names.output.owner
            }
        }

        var path: String {
            switch self {
            case .protected(let name, _), .database(let name, _): name.path
            case .pattern(let pattern, _): pattern.pattern
            case .state(let path): path
            case .output(let names): names.path
            }
        }
    }

    /// A file, looked up in the file system once.
    private struct FileName: Sendable {
        let path: String
        let resolved: String
        let finals: [String]
        let identity: FileIdentity?
        let isFolder: Bool

        init(_ path: String) {
            self.path = path
            resolved = FileSystem.resolved(path)
            finals = RunOutput.finalNames(ofTemporary: resolved)
            identity = FileIdentity(path)
            isFolder = identity != nil && FileSystem.isFolder(path)
        }
    }

    /// How an output conflicts with another file.
    private enum Clash {
        case same, inside, among, asFolder, temporary, ofTemporary
    }

    private let run: RunIdentity
    private var entries: [Entry] = []
    /// The names of the outputs, in the order in which they were added.
    package private(set) var names: [OutputNames] = []

    /// The outputs, in the order in which they were added.
    package var outputs: [RunOutput] { names.map(\.output) }

    /// Creates an empty set of files.
    init(_ run: RunIdentity) { self.run = run }

    /// Adds a file or folder that is read, or that belongs to the program.
    mutating func protect(_ path: String, of owner: String) {
        guard !path.isEmpty else { return }
        entries.append(.protected(FileName(path), owner: owner))
    }

    /// Adds all files with a pattern, those that exist and those that do not exist yet.
    mutating func protect(_ pattern: Glob, of owner: String) {
        entries.append(.pattern(pattern, owner: owner))
        // By their identity, an output with another name is found that leads to one of them.
        for path in (try? pattern.files()) ?? [] { protect(path, of: owner) }
    }

    /// Adds a database, with the files next to it that share its name.
    mutating func protect(database path: String, of owner: String) {
        guard !path.isEmpty else { return }
        entries.append(.database(FileName(path), owner: owner))
    }

    /// Adds the folder of the state.
    mutating func protect(state folder: String) { entries.append(.state(folder)) }

    /// Adds a file that a command reads.
    mutating func protect(_ file: ReservedFile) { protect(file.path, of: file.owner) }

    /// Adds an output.
    ///
    /// - Returns: Why the run must not write it, at its position; nil if it may.
    mutating func add(_ output: RunOutput) -> Diagnostic? {
        let names = OutputNames(output, in: run)
        defer {
            entries.append(.output(names))
            self.names.append(names)
        }
        for entry in entries {
            if let clash = clash(names, with: entry) { return finding(names, entry: entry, clash: clash) }
        }
        return nil
    }

    /// Whether an output of another run is one of this plan, as far as can be determined before they run.
    ///
    /// - Parameters:
    ///   - output: The output of the other run.
    ///   - other: An output of this plan.
    /// - Returns: Whether they may be the same file.
    package static func clash(_ output: OutputNames, with other: OutputNames) -> Bool {
        if output.samples.contains(where: other.samples.contains) { return true }
        if output.samples.contains(where: other.mayWrite) { return true }
        return other.identity != nil && other.identity == output.identity
    }

    /// Whether an output may be the file at a path, or be inside the folder at a path.
    func writes(_ path: String) -> Bool {
        let resolved = FileSystem.resolved(path)
        return names.contains { names in
            names.mayWrite(resolved) || names.samples.contains { $0.hasPrefix(resolved + "/") }
        }
    }

    /// The owner of the protected file or folder that a path leads to or into; nil if the path may be published over.
    ///
    /// It looks at the file system as it is now.
    package func owner(of path: String) -> String? {
        let output = RunOutput(
            owner: "",
            pattern: OutputPath(path),
            place: nil,
            mayHaveParts: false,
            policy: .ofKind([], words: "")
        )
        let names = OutputNames(output, in: run)
        for entry in entries {
            let now: Entry
            switch entry {
            case .output: continue
            case .protected(let name, let owner): now = .protected(FileName(name.path), owner: owner)
            case .database(let name, let owner): now = .database(FileName(name.path), owner: owner)
            case .state, .pattern: now = entry
            }
            if clash(names, with: now) != nil { return entry.owner }
        }
        return nil
    }

    private func clash(_ output: OutputNames, with entry: Entry) -> Clash? {
        switch entry {
        case .protected(let name, _): return clash(output, with: name)
        case .pattern(let pattern, _): return output.samples.contains(where: pattern.finds) ? .among : nil
        case .database(let name, _):
            // The files that SQLite keeps next to it.
            let beside = ["-wal", "-shm", "-journal"].map { name.resolved + $0 }
            if output.samples.contains(where: beside.contains) { return .same }
            return clash(output, with: name)
        case .state(let folder): return output.samples.contains { Self.isState($0, in: folder) } ? .same : nil
        case .output(let other):
            if output.samples.contains(where: other.mayWrite) { return .same }
            if output.finals.contains(where: other.samples.contains) { return .ofTemporary }
            if output.samples.contains(where: { sample in other.samples.contains { Self.isInside(sample, folder: $0) } }
            ) {
                return .inside
            }
            let resolved = other.samples[0]
            let finals = RunOutput.finalNames(ofTemporary: resolved)
            return clash(output, resolved: resolved, finals: finals, identity: other.identity, isFolder: false)
        }
    }

    private func clash(_ output: OutputNames, with name: FileName) -> Clash? {
        clash(
            output,
            resolved: name.resolved,
            finals: name.finals,
            identity: name.identity,
            isFolder: name.isFolder
        )
    }

    private func clash(
        _ output: OutputNames,
        resolved: String,
        finals: [String],
        identity: FileIdentity?,
        isFolder: Bool
    ) -> Clash? {
        if output.mayWrite(resolved) { return .same }
        if finals.contains(where: output.mayWrite) { return .temporary }
        if output.samples.contains(where: { Self.isInside(resolved, folder: $0) }) { return .asFolder }
        guard let identity else { return nil }
        if output.existing.contains(identity) { return .same }
        return isFolder && output.folders.contains(identity) ? .inside : nil
    }

    /// Whether a resolved path is below another one.
    private static func isInside(_ path: String, folder: String) -> Bool {
        let (inner, outer) = (path.utf8, folder.utf8)
        guard inner.count > outer.count, path.hasPrefix(folder) else { return false }
        return inner[inner.index(inner.startIndex, offsetBy: outer.count)] == UInt8(ascii: "/")
    }

    /// Whether a resolved path belongs to the program in a state folder.
    ///
    /// The state may be in a folder with other files, even in that of the exports; the databases and the folders of
    /// locks and memories belong to the program.
    private static func isState(_ path: String, in folder: String) -> Bool {
        let state = FileSystem.resolved(folder)
        let parent = FileSystem.parent(of: path)
        let isIn = { (folder: String) in
            folder == state || FileIdentity(folder).map { $0 == FileIdentity(state) } ?? false
        }
        if isIn(parent) {
            let name = FileSystem.lastName(of: path)
            return name.hasSuffix(".db") || name.contains(".db-") || name.contains(".db.")
                || name == "locks" || name == "spill" || name == "parts"
        }
        let name = FileSystem.lastName(of: parent)
        let grandparent = FileSystem.parent(of: parent)
        if ["locks", "spill", "parts"].contains(name) { return isIn(grandparent) }
        // Each pipeline has a folder there.
        if FileSystem.lastName(of: grandparent) == "spill" { return isIn(FileSystem.parent(of: grandparent)) }
        // A hard or symbolic link from elsewhere to one of the databases.
        guard let identity = FileIdentity(path) else { return false }
        return ((try? FileSystem.names(in: folder)) ?? []).contains { name in
            name.contains(".db") && FileIdentity("\(folder)/\(name)") == identity
        }
    }

    private func finding(_ names: OutputNames, entry: Entry, clash: Clash) -> Diagnostic {
        let output = names.output
        let path = names.path
        let other = entry.path
        var both = path == other ? path : "\(path), which is \(other)"
        let what: String
        switch clash {
        case .same:
            what = "would write to the file of \(entry.owner)"
            if case .state = entry { both = path }
        case .inside:
            what = "would write into the folder of \(entry.owner)"
            both = "\(path), which is in \(other)"
        case .among:
            what = "would write to a file that \(entry.owner) reads"
            both = "\(path), which is one of \(other)"
        case .asFolder:
            what = "would write a file where the folder of \(entry.owner) is"
            both = "\(path), and \(other)"
        case .temporary:
            what = "would write to the file of \(entry.owner)"
            both = "until it is complete, \(path) has the temporary name \(other)"
        case .ofTemporary:
            what = "would write to a temporary file of \(entry.owner)"
            both = "until it is complete, \(other) has the temporary name \(path)"
        }
        var isOfCommand = output.isOfCommand
        if case .output(let other) = entry, other.output.isOfCommand { isOfCommand = true }
        return Diagnostic(
            // The command has to know of a conflict with the report before it writes one.
            isOfCommand ? ReservedFile.clash : "pipeline.same-file",
            message: "\(output.owner) \(what): \(both)",
            category: .usage,
            at: output.place ?? .file(path),
            hint: "give each file its own path"
        )
    }
}
