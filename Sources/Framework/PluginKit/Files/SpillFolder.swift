internal import CPlatform
public import Diagnostics
internal import Glibc
internal import Synchronization

/// The folder in which a transform's memory and table keep data that does not fit into memory.
///
/// If the run has a state folder, the files are there and have names, so that checkpoints can refer to them. Otherwise
/// they have no names, and disappear when the process ends, however it ends.
///
///     a file is made ──→ named by a checkpoint ──→ no longer referred to ──→ no checkpoint names it ──→ deleted
public final class SpillFolder: Sendable {
    private let place: Place
    private let state = Locked(State())
    /// How many files are open, and their total length.
    private let openFiles = Atomic(0)
    private let openBytes = Atomic(0)

    private enum Place {
        /// Files called `PREFIX-N` in a folder.
        case named(folder: String, prefix: String)
        /// Files without names, in a folder.
        case unnamed(folder: String)
    }

    private struct State {
        /// The number of the next file.
        ///
        /// A number is not reused while a checkpoint may name its file.
        var next = 1
        /// How many objects have each file open.
        var open: [String: Int] = [:]
        /// The files named since the last checkpoint, with their lengths.
        var noted: [String: (path: String, bytes: Int)] = [:]
        /// The restored files, with the lengths that the checkpoint names.
        var restored: [String: (path: String, bytes: Int)] = [:]
        /// The files that each checkpoint names: first the stored checkpoint (empty until one is stored), then the
        /// pending ones in their order.
        var checkpoints: [Set<String>] = [[]]
        /// Files that are no longer open but that a checkpoint may still name.
        var released: Set<String> = []
    }

    /// The files of one stage in a folder of the state.
    ///
    /// - Parameters:
    ///   - folder: The folder; the first file creates it.
    ///   - prefix: The start of their names; unique to the stage.
    package init(_ folder: String, prefix: String) { place = .named(folder: folder, prefix: prefix) }

    /// Files without names, which no checkpoint can refer to.
    ///
    /// - Parameter folder: A folder for temporary files; it has to be there, since a dry run creates none.
    public init(temporary folder: String) { place = .unnamed(folder: folder) }

    /// Creates an empty file.
    ///
    /// - Throws: `file.disk-full`, `file.permission` or `file.write`, with the path.
    public func makeFile() throws(Diagnostic) -> SpillFile {
        switch place {
        case .unnamed(let folder):
            let path = "\(folder)/a temporary file"
            return SpillFile("", at: path, descriptor: try Self.unnamed(in: folder), bytes: 0, in: self)
        case .named(let folder, let prefix):
            try FileSystem.createFolder(around: "\(folder)/file")
            while true {
                let number = state.withLock { state in
                    defer { state.next += 1 }
                    return state.next
                }
                let name = "\(prefix)-\(number)"
                let path = "\(folder)/\(name)"
                if FileSystem.exists(path) { continue }
                let descriptor = try OpenFile.created(path, like: nil)
                state.withLock { $0.open[name] = 1 }
                return SpillFile(name, at: path, descriptor: descriptor, bytes: 0, in: self)
            }
        }
    }

    /// Opens a file that `SpillFile.store(to:)` named in a checkpoint, with the length that it had then.
    ///
    /// - Throws: `checkpoint.state` if the checkpoint names no file; `file.missing` if the file does not exist;
    ///   `file.shorter` if it is shorter than stored.
    public func restore(from reader: inout StateReader) throws(Diagnostic) -> SpillFile {
        let name = try String(from: &reader)
        let bytes = try reader.readAmount()
        guard case .named(let folder, let prefix) = place, name.hasPrefix(prefix + "-"), bytes >= 0,
            let number = Int(name.dropFirst(prefix.utf8.count + 1))
        else { throw StateReader.damaged }
        let path = "\(folder)/\(name)"
        guard let descriptor = try OpenFile.existing(path) else {
            throw SystemFailure(number: ENOENT).diagnostic("read", at: path)
        }
        let size = FileSystem.size(of: path) ?? 0
        guard size >= bytes else {
            close(descriptor)
            throw FileSystem.isShorter(path, bytes: size, than: bytes)
        }
        state.withLock { state in
            state.next = max(state.next, number + 1)
            state.open[name, default: 0] += 1
            state.checkpoints[0].insert(name)
            state.restored[name] = (path, bytes)
        }
        return SpillFile(name, at: path, descriptor: descriptor, bytes: bytes, in: self)
    }

    /// How many files are open, and their total length in bytes.
    package var usage: (files: Int, bytes: Int) {
        (openFiles.load(ordering: .relaxed), openBytes.load(ordering: .relaxed))
    }

    /// Counts open files and their bytes.
    func note(files: Int = 0, bytes: Int) {
        if files != 0 { openFiles.wrappingAdd(files, ordering: .relaxed) }
        openBytes.wrappingAdd(bytes, ordering: .relaxed)
    }

    // MARK: Checkpoints

    /// The restored files, with the lengths that the checkpoint names.
    package var files: [(path: String, bytes: Int)] {
        state.withLock { state in state.restored.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// Takes the files named since the last call, for a checkpoint that is about to be stored.
    ///
    /// - Returns: The path of each, and how many of its bytes count.
    package func takeNoted() -> [(path: String, bytes: Int)] {
        state.withLock { state in
            state.checkpoints.append(Set(state.noted.keys))
            defer { state.noted = [:] }
            return state.noted.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Records that the oldest pending checkpoint is stored.
    ///
    /// It replaces the earlier checkpoints; files that only those named are deleted.
    package func checkpointIsStored() {
        let unused = state.withLock { state -> [String] in
            if state.checkpoints.count > 1 { state.checkpoints.removeFirst() }
            return Self.takeUnnamed(&state)
        }
        for name in unused { remove(name) }
    }

    func note(_ file: SpillFile) {
        guard case .named = place else { return }
        state.withLock { $0.noted[file.name] = (file.path, file.count) }
    }

    func release(_ name: String) {
        guard case .named = place else { return }
        let unused = state.withLock { state -> [String] in
            let count = state.open[name, default: 1] - 1
            state.open[name] = count > 0 ? count : nil
            guard count <= 0 else { return [] }
            state.released.insert(name)
            return Self.takeUnnamed(&state)
        }
        for name in unused { remove(name) }
    }

    private static func takeUnnamed(_ state: inout State) -> [String] {
        let unused = state.released.filter { name in
            state.noted[name] == nil && !state.checkpoints.contains { $0.contains(name) }
        }
        state.released.subtract(unused)
        return unused.sorted()
    }

    private func remove(_ name: String) {
        guard case .named(let folder, _) = place else { return }
        // If a file cannot be removed now, the next start removes it.
        FileSystem.remove("\(folder)/\(name)")
    }

    private static func unnamed(in folder: String) throws(Diagnostic) -> Int32 {
        let unnamed = sprocket_open_unnamed(folder)
        if unnamed >= 0 { return unnamed }
        if errno == ENOENT || errno == ENOTDIR {
            throw Diagnostic(
                "file.missing",
                message: "there is no folder for temporary files",
                category: .environment,
                at: .file(folder),
                hint: "create it, or set TMPDIR to a folder that exists"
            )
        }
        // The file system does not support unnamed files: create one under a unique name and remove that name
        // immediately.
        guard errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL else {
            throw SystemFailure.last.diagnostic("write", at: folder)
        }
        var template = "\(folder)/.sprocket-spill-XXXXXX".utf8CString.map { $0 }
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return descriptor
    }
}
