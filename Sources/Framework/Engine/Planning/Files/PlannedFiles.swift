internal import Diagnostics
internal import PluginKit

/// All files that a run reads, writes or depends on as far as they are known, to see whether an output would replace one of
/// them.
///
/// Files are the same if their resolved paths are, or if both are there and are one file by device and number: through
/// `./`, `..`, linked folders, hard links, and names that differ by case only where the file system does not care.
struct PlannedFiles: Sendable {
    private enum Entry: Sendable {
        /// A file or folder that no output may replace or write into.
        case protected(String, owner: String)
        /// A file that SQLite keeps, with what lies beside it.
        case database(String, owner: String)
        /// The folder of the state, in which only some names are the program's.
        case state(String)
        case output(RunOutput)

        var owner: String {
            switch self {
            case .protected(_, let owner), .database(_, let owner): owner
            case .state: "the state of runs"
            case .output(let output): output.owner
            }
        }

        func path(in run: RunIdentity) -> String {
            switch self {
            case .protected(let path, _), .database(let path, _), .state(let path): path
            case .output(let output): output.path(in: run)
            }
        }
    }

    /// How an output and another file meet.
    private enum Clash {
        case same, inside, asFolder, temporary, ofTemporary
    }

    private let run: RunIdentity
    private var entries: [Entry] = []
    /// The outputs, in the order in which they were added.
    private(set) var outputs: [RunOutput] = []

    /// No file yet.
    init(_ run: RunIdentity) { self.run = run }

    /// Adds a file or folder that is read, or that is the program's own.
    mutating func protect(_ path: String, of owner: String) {
        guard !path.isEmpty else { return }
        entries.append(.protected(path, owner: owner))
    }

    /// Adds a database, with the files that lie beside it under its name.
    mutating func protect(database path: String, of owner: String) {
        guard !path.isEmpty else { return }
        entries.append(.database(path, owner: owner))
    }

    /// Adds the folder of the state.
    mutating func protect(state folder: String) { entries.append(.state(folder)) }

    /// Adds what a command reads.
    mutating func protect(_ file: ReservedFile) { protect(file.path, of: file.owner) }

    /// Adds an output.
    ///
    /// - Returns: Why the run must not have it, at its place; nil if it may.
    mutating func add(_ output: RunOutput) -> Diagnostic? {
        defer {
            entries.append(.output(output))
            outputs.append(output)
        }
        for entry in entries {
            if let clash = clash(output, entry) { return finding(output, entry, clash) }
        }
        return nil
    }

    /// Whether an output of another run is one of this plan, as far as can be seen before they run.
    ///
    /// - Parameters:
    ///   - output: The output of the other run.
    ///   - run: The other run.
    ///   - other: An output of this plan.
    /// - Returns: Whether they may be the same file.
    func clash(_ output: RunOutput, in run: RunIdentity, with other: RunOutput) -> Bool {
        let here = Set(other.samples(in: self.run).map(FileSystem.resolved))
        let there = output.samples(in: run).map(FileSystem.resolved)
        if !here.isDisjoint(with: there) || there.contains(where: { other.mayWrite($0, in: self.run) }) { return true }
        let identity = FileIdentity(other.path(in: self.run))
        return identity != nil && identity == FileIdentity(output.path(in: run))
    }

    /// Whose file or folder a path leads to or into that nothing may be published over, as things are now; nil if it may.
    func owner(of path: String) -> String? {
        let output = RunOutput(
            owner: "",
            pattern: OutputPath(path),
            place: nil,
            mayHaveParts: false,
            policy: .ofKind([], words: "")
        )
        for entry in entries {
            if case .output = entry { continue }
            if clash(output, entry) != nil { return entry.owner }
        }
        return nil
    }

    private func clash(_ output: RunOutput, _ entry: Entry) -> Clash? {
        let samples = output.samples(in: run).map(FileSystem.resolved)
        switch entry {
        case .protected(let path, _): return clash(output, samples, path)
        case .database(let path, _):
            let resolved = FileSystem.resolved(path)
            // What SQLite keeps beside it.
            let beside = ["-wal", "-shm", "-journal"].map { resolved + $0 }
            if !Set(samples).isDisjoint(with: beside) { return .same }
            return clash(output, samples, path)
        case .state(let folder): return samples.contains { Self.isState($0, in: folder) } ? .same : nil
        case .output(let other):
            let others = other.samples(in: run).map(FileSystem.resolved)
            if samples.contains(where: { other.mayWrite($0, in: run) }) { return .same }
            let finals = samples.flatMap(RunOutput.finalNames)
            if finals.contains(where: others.contains) { return .ofTemporary }
            if samples.contains(where: { sample in others.contains { sample.hasPrefix($0 + "/") } }) { return .inside }
            return clash(output, samples, other.path(in: run))
        }
    }

    private func clash(_ output: RunOutput, _ samples: [String], _ path: String) -> Clash? {
        let resolved = FileSystem.resolved(path)
        if output.mayWrite(resolved, in: run) { return .same }
        if RunOutput.finalNames(ofTemporary: resolved).contains(where: { output.mayWrite($0, in: run) }) {
            return .temporary
        }
        if samples.contains(where: { resolved.hasPrefix($0 + "/") }) { return .asFolder }
        guard let identity = FileIdentity(path) else { return nil }
        if output.existing(in: run).contains(where: { FileIdentity($0) == identity }) { return .same }
        guard FileSystem.isFolder(path) else { return nil }
        return samples.contains { Self.lies($0, in: identity) } ? .inside : nil
    }

    /// Whether one of the folders that a path lies in is that folder.
    private static func lies(_ path: String, in folder: FileIdentity) -> Bool {
        var above = path
        while above != "/", above != "." {
            above = FileSystem.parent(of: above)
            if FileIdentity(above) == folder { return true }
        }
        return false
    }

    /// Whether a resolved path is one of the program's own in a state folder.
    ///
    /// The state may lie in a folder with other things, even in that of the exports; the databases and the folders of locks
    /// and lookups are its own.
    private static func isState(_ path: String, in folder: String) -> Bool {
        let state = FileSystem.resolved(folder)
        let parent = FileSystem.parent(of: path)
        let isIn = { (folder: String) in
            folder == state || FileIdentity(folder).map { $0 == FileIdentity(state) } ?? false
        }
        if isIn(parent) {
            let name = FileSystem.lastName(of: path)
            return name.hasSuffix(".db") || name.contains(".db-") || name.contains(".db.")
                || name == "locks" || name == "lookups" || name == "parts"
        }
        let name = FileSystem.lastName(of: parent)
        if ["locks", "lookups", "parts"].contains(name) { return isIn(FileSystem.parent(of: parent)) }
        // A hard or symbolic link from elsewhere to one of the databases.
        guard let identity = FileIdentity(path) else { return false }
        return ((try? FileSystem.names(in: folder)) ?? []).contains { name in
            name.contains(".db") && FileIdentity("\(folder)/\(name)") == identity
        }
    }

    private func finding(_ output: RunOutput, _ entry: Entry, _ clash: Clash) -> Diagnostic {
        let path = output.path(in: run)
        let other = entry.path(in: run)
        var both = path == other ? path : "\(path), which is \(other)"
        let what: String
        switch clash {
        case .same:
            what = "would write to the file of \(entry.owner)"
            if case .state = entry { both = path }
        case .inside:
            what = "would write into the folder of \(entry.owner)"
            both = "\(path), which lies in \(other)"
        case .asFolder:
            what = "would write a file where the folder of \(entry.owner) is"
            both = "\(path), and \(other)"
        case .temporary:
            what = "would write to the file of \(entry.owner)"
            both = "until it is whole, \(path) has the temporary name \(other)"
        case .ofTemporary:
            what = "would write to a temporary file of \(entry.owner)"
            both = "until it is whole, \(other) has the temporary name \(path)"
        }
        var isOfCommand = output.isOfCommand
        if case .output(let other) = entry, other.isOfCommand { isOfCommand = true }
        return Diagnostic(
            // Of a report, the command has to know before it writes one.
            isOfCommand ? "command.report" : "pipeline.same-file",
            "\(output.owner) \(what): \(both)",
            at: output.place ?? .file(path),
            hint: "give each its own path"
        )
    }
}
