package import Diagnostics
internal import Glibc

/// The temporary files of a run: which of the files next to its outputs are its own, and the claim on each output.
///
/// A run creates each temporary file exclusively, and records the name before it does. A file with such a name that is
/// not recorded belongs to another program and is never touched. A recorded one may be continued, or removed by the
/// next start. `NAME.part` is also the claim on the output: it is created before the first read, and locked (`flock`)
/// as long as the run lives. The lock belongs to the file and not to its name, so it still holds after the file has
/// been published, until the run has recorded that.
package final class TemporaryFiles: Sendable {
    /// The temporary files of the run that this task belongs to; nil outside of a run.
    @TaskLocal package static var current: TemporaryFiles?

    /// A claim on an output.
    package struct Claim: Sendable {
        /// The output as given.
        package let path: String
        /// The paths of the other first files, if the output consists of numbered files: another run may just have
        /// published one.
        package let others: [String]

        /// Creates a claim on an output.
        package init(path: String, others: [String] = []) { (self.path, self.others) = (path, others) }
    }

    private struct State {
        /// Absolute paths that this run, or an earlier attempt at it, has recorded.
        var own: Set<String>
        /// Paths that an earlier attempt has recorded.
        let earlier: Set<String>
        /// Recorded paths that were examined and whose files may exist.
        var left: Set<String>
        /// The existing files.
        var files: [String: FileIdentity] = [:]
        /// Open descriptors of the claims, which hold the locks.
        var locked: [String: Int32] = [:]
    }

    private let run: String?
    private let state: Locked<State>
    private let record: @Sendable ([String]) throws -> Void
    private let describe: @Sendable (FileHolder) -> String?

    /// The temporary files of a run.
    ///
    /// - Parameters:
    ///   - run: The run's identity, which its files carry; nil for none.
    ///   - own: Absolute paths that are already recorded.
    ///   - record: Records paths.
    ///   - describe: Describes the run that a process carries out.
    package init(
        of run: String? = nil,
        own: Set<String> = [],
        record: @escaping @Sendable ([String]) throws -> Void,
        describe: @escaping @Sendable (FileHolder) -> String? = { _ in nil }
    ) {
        self.run = run
        state = Locked(State(own: own, earlier: own, left: own))
        self.record = record
        self.describe = describe
    }

    deinit { release() }

    /// The absolute path of the temporary file that claims an output.
    ///
    /// - Throws: What `OutputTarget` throws.
    package static func claimPath(of output: String) throws(Diagnostic) -> String {
        FileSystem.absoluteName(FileSystem.suffixed(try OutputTarget(output).file, with: ".part"))
    }

    /// Whether a file is recorded as one of this run.
    package func owns(_ path: String) -> Bool {
        let path = FileSystem.absoluteName(path)
        return state.withLock { $0.own.contains(path) }
    }

    /// The file that belongs to this run and has a name; nil if there is none.
    package func identity(of path: String) -> FileIdentity? {
        let path = FileSystem.absoluteName(path)
        return state.withLock { $0.files[path] }
    }

    /// The absolute paths of the files that this run has created, or has recorded and may have created.
    package var paths: Set<String> { state.withLock { $0.own } }

    // MARK: Claiming

    /// Checks whether outputs can be claimed, without creating anything.
    ///
    /// - Throws: `file.claimed`, which names the run that holds a claim; `file.foreign` for an unknown temporary file.
    package func examine(_ claims: [Claim], besides known: Set<String> = []) throws(Diagnostic) {
        for claim in claims {
            let path = try Self.claimPath(of: claim.path)
            try refuseLocked(claim)
            guard FileIdentity(named: path) != nil else { continue }
            if Self.isLocked(path) { throw isClaimed(path, of: claim.path) }
            if !owns(path), !known.contains(path) { throw inTheWay(path, of: claim.path) }
            state.withLock { _ = $0.left.insert(path) }
        }
    }

    /// Claims outputs: creates the temporary file of each, or opens it if it is this run's, and locks it.
    ///
    /// - Parameters:
    ///   - claims: The outputs.
    ///   - isExisting: Whether to create none.
    ///   - refuse: Examines a claim once its file is locked, since another run may have written to it until just
    ///     before. If it throws, the file stays unchanged.
    /// - Throws: `file.claimed`, `file.foreign`; `file.*`, `state.*`; what `refuse` throws.
    package func claim(
        _ claims: [Claim],
        isExisting: Bool = false,
        unless refuse: (Claim) throws -> Void = { _ in }
    ) throws {
        let paths = try claims.map { try Self.claimPath(of: $0.path) }
        if !isExisting { try writeDown(paths) }
        for (claim, path) in zip(claims, paths) where state.withLock({ $0.locked[path] }) == nil {
            if isExisting, FileIdentity(named: path) == nil { continue }
            let target = try OutputTarget(claim.path)
            try FileSystem.createFolder(around: path)
            let mayBeThere = isExisting || state.withLock { $0.left.contains(path) }
            let isNew = !mayBeThere || FileIdentity(named: path) == nil
            let descriptor = try locked(path, isNew: isNew, like: target.ownership, of: claim.path)
            do {
                try refuse(claim)
            } catch {
                close(descriptor)
                state.withLock { _ = $0.own.remove(path) }
                throw error
            }
            state.withLock { state in
                state.locked[path] = descriptor
                state.files[path] = FileIdentity(descriptor: descriptor)
            }
            // Another run may have given its file the final name since, without having ended: then the temporary name
            // was free.
            try refuseLocked(claim)
        }
    }

    /// Opens and locks the file that has a name once the lock is held.
    private func locked(
        _ path: String,
        isNew: Bool,
        like ownership: FileOwnership?,
        of output: String
    ) throws(Diagnostic) -> Int32 {
        for _ in 1...3 {
            let descriptor = try obtain(path, isNew: isNew, like: ownership, of: output)
            guard Self.lock(descriptor, within: Self.patience) else {
                close(descriptor)
                throw isClaimed(path, of: output)
            }
            // While this run waited, the holder may have published that file: then the lock is on its output.
            if FileIdentity(named: path) == FileIdentity(descriptor: descriptor) { return descriptor }
            close(descriptor)
        }
        throw isClaimed(path, of: output)
    }

    /// Opens a file of this run, which is created if it does not exist.
    ///
    /// - Returns: A descriptor, which the caller owns.
    /// - Throws: `file.foreign` if a file that is not this run's has the name; `file.*`, `state.*`.
    package func open(_ name: String, like ownership: FileOwnership?) throws(Diagnostic) -> Int32 {
        let path = FileSystem.absoluteName(name)
        if let locked = locked(path) {
            let descriptor = fcntl(locked, F_DUPFD_CLOEXEC, 0)
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: name) }
            return descriptor
        }
        let isNew = !owns(path)
        if isNew, FileIdentity(named: path) != nil { throw inTheWay(name, of: nil) }
        try writeDown([path])
        let descriptor = try obtain(name, isNew: isNew, like: ownership, of: nil)
        state.withLock { $0.files[path] = FileIdentity(descriptor: descriptor) }
        return descriptor
    }

    /// Records those of the given paths that are not recorded yet.
    private func writeDown(_ paths: [String]) throws(Diagnostic) {
        let new = state.withLock { state in paths.filter { !state.own.contains($0) } }
        guard !new.isEmpty else { return }
        do { try record(new) } catch {
            throw error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)
        }
        add(new)
    }

    /// The file of a recorded name: a new one, or the existing one unless a new one is required.
    private func obtain(
        _ name: String,
        isNew: Bool,
        like ownership: FileOwnership?,
        of output: String?
    ) throws(Diagnostic) -> Int32 {
        if !isNew, owns(name), let descriptor = try OpenFile.existing(name) { return descriptor }
        do throws(Diagnostic) {
            return try OpenFile.created(name, like: ownership, by: run)
        } catch {
            guard error.code == "file.foreign" else { throw error }
            // It was not created, so it is not this run's.
            let path = FileSystem.absoluteName(name)
            state.withLock { _ = $0.own.remove(path) }
            throw inTheWay(name, of: output)
        }
    }

    /// The descriptor that holds the lock of a file; nil if this run has no such file, or another one has its name.
    private func locked(_ path: String) -> Int32? {
        state.withLock { state in
            guard let descriptor = state.locked[path],
                FileIdentity(named: path) == FileIdentity(descriptor: descriptor)
            else { return nil }
            return descriptor
        }
    }

    // MARK: Removing

    /// Empties or removes a file of this run whose contents are discarded; a file that is not this run's stays.
    ///
    /// The file of a claim is emptied, and removed when the run has ended.
    package func discard(_ name: String) {
        guard let locked = locked(FileSystem.absoluteName(name)) else { return remove(name) }
        try? Faults.step(.cut, of: name) { _ = ftruncate(locked, 0) }
    }

    /// Removes a file if it is one of this run.
    package func remove(_ name: String) {
        let path = FileSystem.absoluteName(name)
        guard isStillOwn(path) else { return }
        FileSystem.remove(name)
        if FileIdentity(named: path) == nil { state.withLock { $0.files[path] = nil } }
    }

    /// Removes all files of this run with some exceptions, and waits until their names are gone from the disk.
    ///
    /// Files that have their final name are not touched.
    ///
    /// - Parameter kept: The paths of those that stay.
    package func removeAll(except kept: [String]) {
        let kept = Set(kept.map(FileSystem.absoluteName))
        let others = paths.subtracting(kept).sorted()
        let there = others.filter { FileIdentity(named: $0) != nil }
        for path in there { remove(path) }
        // A file that could not be removed is still this run's and has to stay recorded.
        var left = Set(there.filter(isStillOwn))
        do throws(Diagnostic) {
            try FileSystem.syncFolders(of: there)
        } catch {
            // After a power failure a removed name may exist again, and would be mistaken for a file of another
            // program.
            left = Set(there)
        }
        state.withLock { $0.own = $0.own.intersection(kept.union(left)) }
    }

    /// Whether a name is still that of a file of this run.
    ///
    /// That it was recorded is not enough: another run may have created the file first, and have ended by now.
    private func isStillOwn(_ path: String) -> Bool {
        guard let named = FileIdentity(named: path) else { return false }
        let (isOwn, known, isEarlier) = state.withLock { state in
            (state.own.contains(path), state.files[path], state.earlier.contains(path))
        }
        guard isOwn else { return false }
        if let known { return known == named }
        return isEarlier && Self.isUnused(path)
    }

    /// Adds paths that are recorded.
    ///
    /// - Parameter paths: Absolute paths.
    package func add(_ paths: [String]) { state.withLock { $0.own.formUnion(paths) } }

    /// The result of removing a file.
    package enum Removal: Sendable, Hashable {
        /// Nothing has the name any more.
        case gone
        /// The file was not created by a run of this user, or a process has locked it.
        case foreign
        /// The file exists and could not be removed.
        case failed
    }

    /// Removes a file that an earlier run has recorded and no run needs.
    @discardableResult
    package static func removeOrphan(_ path: String) -> Removal {
        guard FileIdentity(named: path) != nil else { return .gone }
        guard isUnused(path) else { return .foreign }
        FileSystem.remove(path)
        return FileIdentity(named: path) == nil ? .gone : .failed
    }

    /// The run that has created a temporary file, as recorded in the file; nil if there is none.
    package static func maker(of path: String) -> String? { FileMaker.run(of: path) }

    /// Removes a replaced file, which a run has put in the place of a temporary file, unless another run has claimed
    /// the name since.
    package static func removeReplaced(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, !isLocked(path) else { return }
        FileSystem.remove(path)
    }

    /// Whether a file can have been created by a run of this user and no process has locked it.
    package static func isUnused(_ path: String) -> Bool {
        guard let descriptor = try? OpenFile.existing(path) else { return false }
        defer { close(descriptor) }
        return lock(descriptor, within: .zero)
    }

    /// Releases all claims.
    package func release() {
        state.withLock { state in
            for descriptor in state.locked.values { close(descriptor) }
            state.locked = [:]
        }
    }

    // MARK: Locks

    /// How long to try to lock: a process that was just killed takes a short time to end.
    private static let patience = Duration.milliseconds(500)

    /// Locks an open file; false if another process has it locked.
    private static func lock(_ descriptor: Int32, kind: Int32 = LOCK_EX, within patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while flock(descriptor, kind | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // On a file system without such locks, the existence of the file and the record decide.
            guard errno == EWOULDBLOCK else { return true }
            guard ContinuousClock.now < deadline else { return false }
            usleep(5000)
        }
        return true
    }

    /// Refuses an output whose file another run has locked because it is publishing it.
    private func refuseLocked(_ claim: Claim) throws(Diagnostic) {
        for path in [claim.path] + claim.others {
            guard let file = try? OutputTarget(path).file else { continue }
            let identity = FileIdentity(named: file)
            // In the second attempt at a run, it may be this run itself.
            if state.withLock({ state in state.locked.keys.contains { state.files[$0] == identity } }) { continue }
            guard Self.isLocked(file) else { continue }
            throw isClaimed(file, of: claim.path)
        }
    }

    private static func isLocked(_ path: String) -> Bool {
        let descriptor = Glibc.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return !lock(descriptor, kind: LOCK_SH, within: patience)
    }

    // MARK: Refusals

    /// The error for a temporary name that another file has.
    private func inTheWay(_ path: String, of output: String?) -> Diagnostic {
        Self.isLocked(path)
            ? isClaimed(path, of: output) : OpenFile.isForeign(path, because: Self.foreignness(of: path))
    }

    private static func foreignness(of path: String) -> String? {
        var status = stat()
        return lstat(path, &status) == 0 ? OpenFile.foreignness(of: status) : nil
    }

    private func isClaimed(_ path: String, of output: String?) -> Diagnostic {
        let holder = FileIdentity(named: path).flatMap(FileHolder.holder)
        let words: String
        switch holder {
        case let holder? where holder.pid == getpid(): words = "another run of this process"
        case let holder?: words = "process \(holder.pid)" + (describe(holder).map { ", \($0)" } ?? "")
        case nil: words = "a process of another user, or in another container"
        }
        return Diagnostic(
            "file.claimed",
            message: "another run is writing this file: \(words)",
            category: .environment,
            at: .file(output ?? path),
            hint: "wait for it; or give each pipeline its own path"
        )
    }
}
