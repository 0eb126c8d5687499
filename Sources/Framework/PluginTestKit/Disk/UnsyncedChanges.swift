internal import Diagnostics
internal import Glibc
internal import PluginKit

/// Changes that have not been synced: names, and bytes of files.
struct UnsyncedChanges: Sendable {
    /// A change of a name that is not synced: on the disk, the new name may be missing or the old one may still exist.
    private struct NameChange: Sendable {
        enum Kind: Sendable {
            case made
            case removed
            case renamed(from: String)
        }

        let kind: Kind
        let path: String
        /// The copy of the file that had the name before, with its unsynced bytes.
        let earlier: (kept: String, bytes: UnsyncedBytes?)?

        /// The names that depend on this change: if it is lost, so are later changes of these.
        var names: [String] {
            if case .renamed(let origin) = kind { [path, origin] } else { [path] }
        }
    }

    /// The state before a step.
    private enum Before: Sendable {
        case name(isThere: Bool, kept: String?)
        case bytes([UInt8])
    }

    private let vault: TemporaryFolder
    private var keptFiles = 0
    private var names: [NameChange] = []
    private var files: [String: UnsyncedBytes] = [:]
    private var before: [DurableStep: Before] = [:]

    /// - Parameter vault: The folder for files that lose their names.
    init(vault: TemporaryFolder) { self.vault = vault }

    mutating func note(_ step: DurableStep) throws {
        guard step.act != .commit, step.act != .write, !Self.isState(step.subject) else { return }
        let path = Self.whole(step.subject)
        let key = DurableStep(step.act, of: path, at: .before)
        switch step.side {
        case .before: before[key] = try look(step.act, at: path)
        case .after: noteMade(step, at: path, before: before.removeValue(forKey: key))
        }
    }

    /// A step that was recorded is not made: the file that was to lose its name needs no second one.
    mutating func discard(_ step: DurableStep) {
        let key = DurableStep(step.act, of: Self.whole(step.subject), at: .before)
        guard case .name(_, let kept?) = before.removeValue(forKey: key) else { return }
        unlink(kept)
    }

    /// Records that a write is about to happen.
    mutating func noteWrite(to path: String, at offset: Int) throws {
        guard !Self.isState(path) else { return }
        let path = Self.whole(path)
        var bytes = files[path] ?? UnsyncedBytes(synced: FileSystem.size(of: path) ?? 0)
        // Most writes append, and then nothing has to be kept.
        if bytes.isSynced(at: offset) { bytes.change(from: offset, of: try InputFile(path).readAll(atMost: .max)) }
        files[path] = bytes
    }

    private mutating func look(_ act: DurableStep.Act, at path: String) throws -> Before? {
        switch act {
        case .cut: .bytes(try InputFile(path).readAll(atMost: .max))
        case .create: .name(isThere: FileSystem.exists(path), kept: nil)
        case .rename, .remove: .name(isThere: FileSystem.exists(path), kept: keep(path))
        case .sync, .write, .commit: nil
        }
    }

    private mutating func noteMade(_ step: DurableStep, at path: String, before: Before?) {
        switch (step.act, before) {
        case (.sync, _) where FileSystem.isFolder(path):
            names.removeAll { Self.folder(of: $0.path) == path }
        case (.sync, _):
            files[path] = nil
        case (.cut, .bytes(let bytes)):
            guard let size = FileSystem.size(of: path) else { return }
            files[path, default: UnsyncedBytes(synced: bytes.count)].change(from: size, of: bytes)
        case (.create, .name(isThere: false, _)):
            guard FileSystem.exists(path) else { return }
            names.append(NameChange(kind: .made, path: path, earlier: nil))
        case (.remove, .name(_, let kept?)):
            names.append(NameChange(kind: .removed, path: path, earlier: (kept, files.removeValue(forKey: path))))
        case (.rename, .name(_, let kept)):
            guard let origin = step.origin.map(Self.whole) else { return }
            let earlier = kept.map { ($0, files[path]) }
            names.append(NameChange(kind: .renamed(from: origin), path: path, earlier: earlier))
            files[path] = files.removeValue(forKey: origin)
        default:
            break
        }
    }

    /// Gives a file a second name in the vault; nil if there is none.
    private mutating func keep(_ path: String) -> String? {
        let kept = vault.path("\(keptFiles)")
        keptFiles += 1
        if FileSystem.link(path, as: kept) { return kept }
        // Another file system, or no file.
        return (try? FileSystem.copy(path, to: kept)) == nil ? nil : kept
    }
}

extension UnsyncedChanges {
    /// Loses some of the changes, and reports which; the rest is synced.
    mutating func lose(_ numbers: inout SeededNumbers) throws -> [String] {
        var lines: [String] = []
        for change in chooseLost(&numbers).reversed() { lines.append(try undo(change)) }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) where FileSystem.exists(path) {
            guard let line = try bytes.lose(of: path, using: &numbers) else { continue }
            lines.append(line)
        }
        (names, files, before) = ([], [:], [:])
        // A file that still exists has no second name on a real disk.
        for name in try FileSystem.names(in: vault.path) { unlink(vault.path(name)) }
        return lines
    }

    /// The changes of names that did not reach the disk, in their order.
    private func chooseLost(_ numbers: inout SeededNumbers) -> [NameChange] {
        var lostNames: Set<String> = []
        return names.filter { change in
            let isChosen = numbers.next(below: 2) == 0
            guard isChosen || change.names.contains(where: lostNames.contains) else { return false }
            lostNames.formUnion(change.names)
            return true
        }
    }

    private mutating func undo(_ change: NameChange) throws -> String {
        let path = change.path
        switch change.kind {
        case .made:
            // A folder is removed only if it is empty.
            if unlink(path) != 0 { rmdir(path) }
            files[path] = nil
        case .renamed(let origin):
            Glibc.rename(path, origin)
            files[origin] = files.removeValue(forKey: path)
        case .removed:
            break
        }
        if let earlier = change.earlier {
            try putBack(earlier.kept, to: path)
            files[path] = earlier.bytes
        }
        return switch change.kind {
        case .made: "\(path) was not made"
        case .removed: "\(path) was not removed"
        case .renamed(let origin): "\(origin) was not renamed to \(path)"
        }
    }

    private func putBack(_ kept: String, to path: String) throws {
        if Glibc.rename(kept, path) != 0 { try FileSystem.copy(kept, to: path) }
    }
}

extension UnsyncedChanges {
    /// The absolute path, without a slash at the end.
    private static func whole(_ path: String) -> String {
        let whole = path.hasPrefix("/") ? path : "\(FileSystem.currentFolder)/\(path)"
        let parts = whole.split(separator: "/").filter { $0 != "." }
        return "/" + parts.joined(separator: "/")
    }

    private static func folder(of path: String) -> String {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        return folder.isEmpty ? "/" : String(folder)
    }

    private static func isState(_ path: String) -> Bool {
        path.split(separator: "/").last?.hasPrefix("state.db") ?? false
    }
}
