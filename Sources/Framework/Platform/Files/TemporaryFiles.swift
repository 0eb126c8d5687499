package import Diagnostics
internal import Glibc

/// The temporary files of a run: which of those that lie beside its outputs are its own, and the claim on each output.
///
/// A run makes each temporary file exclusively, and writes down that it will before it does. So what has the name of one
/// and was not written down is somebody else's, and is never touched; what was written down may be continued, or removed
/// by the next start. `NAME.part` is also the claim on the output: it is made before the first read, and locked (`flock`)
/// as long as the run lives. The lock belongs to the file and not to its name, so it still holds when the file has been
/// published, until the run has recorded that.
package final class TemporaryFiles: Sendable {
    /// Those of the run that this task belongs to; nil outside of a run.
    @TaskLocal package static var current: TemporaryFiles?

    /// How an output is claimed.
    package struct Claim: Sendable {
        /// The output, as it is given.
        package let path: String
        /// Where the first of several files of the output would lie: one of another run may just have been published.
        package let others: [String]

        /// A claim on an output.
        package init(path: String, others: [String] = []) { (self.path, self.others) = (path, others) }
    }

    private struct State {
        /// Paths from the root that this run, or an earlier attempt at it, has written down.
        var own: Set<String>
        /// Those that an earlier attempt has written down.
        let earlier: Set<String>
        /// Those that were looked at and may be there already.
        var left: Set<String>
        /// The files that are there.
        var files: [String: FileIdentity] = [:]
        /// Open descriptors of the claims, which hold the locks.
        var locked: [String: Int32] = [:]
    }

    private let run: String?
    private let state: Locked<State>
    private let record: @Sendable ([String]) throws -> Void
    private let describe: @Sendable (FileHolder) -> String?

    /// The files of a run.
    ///
    /// - Parameters:
    ///   - run: The run's identity, which its files state; nil for none.
    ///   - own: Paths from the root that are written down already.
    ///   - record: Writes paths down.
    ///   - describe: Says which run a process carries out.
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

    /// The path from the root of the temporary file that claims an output.
    ///
    /// - Throws: What `OutputTarget` throws.
    package static func claimPath(of output: String) throws(Diagnostic) -> String {
        FileSystem.absoluteName(FileSystem.suffixed(try OutputTarget(output).file, with: ".part"))
    }

    /// Whether a file was written down as one of this run.
    package func owns(_ path: String) -> Bool {
        let path = FileSystem.absoluteName(path)
        return state.withLock { $0.own.contains(path) }
    }

    /// The file that this run has under a name; nil if it has none.
    package func identity(of path: String) -> FileIdentity? {
        let path = FileSystem.absoluteName(path)
        return state.withLock { $0.files[path] }
    }

    /// Which files this run has, or has written down and may have; paths from the root.
    package var paths: Set<String> { state.withLock { $0.own } }

    // MARK: Claiming

    /// Looks whether outputs can be claimed, and makes nothing.
    ///
    /// - Throws: `file.claimed`, which names the run that has one; `file.foreign` for a temporary file of nobody known.
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

    /// Claims outputs: makes the temporary file of each, or opens it if it is this run's, and locks it.
    ///
    /// - Parameters:
    ///   - claims: The outputs.
    ///   - isExisting: Whether to make none.
    ///   - refuse: Looks at a claim once its file is locked: another run may have written to that until just now. If it
    ///     throws, the file stays as it is.
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
            // Another run may have given its file the final name since, and not have ended: then the temporary name was
            // free.
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

    /// Opens a file of this run, which is made unless it is there.
    ///
    /// - Returns: A descriptor of the caller's own.
    /// - Throws: `file.foreign` if something has the name that is not this run's; `file.*`, `state.*`.
    package func open(_ name: String, like ownership: FileOwnership?) throws(Diagnostic) -> Int32 {
        let path = FileSystem.absoluteName(name)
        let locked = state.withLock { state -> Int32? in
            guard let descriptor = state.locked[path],
                FileIdentity(named: path) == FileIdentity(descriptor: descriptor)
            else { return nil }
            return descriptor
        }
        if let locked {
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

    /// Writes down those of these paths that are not.
    private func writeDown(_ paths: [String]) throws(Diagnostic) {
        let new = state.withLock { state in paths.filter { !state.own.contains($0) } }
        guard !new.isEmpty else { return }
        do { try record(new) } catch {
            throw error as? Diagnostic ?? Diagnostic("state.failed", message: "\(error)", category: .environment)
        }
        add(new)
    }

    /// The file of a name that is written down: made, or, unless it has to be new, as it is.
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
            // Not made after all, so not ours.
            let path = FileSystem.absoluteName(name)
            state.withLock { _ = $0.own.remove(path) }
            throw inTheWay(name, of: output)
        }
    }

    // MARK: Removing

    /// Empties or removes a file of this run, which is thrown away; one that is not this run's stays.
    ///
    /// The file of a claim is emptied: it goes when the run has ended.
    package func discard(_ name: String) {
        let path = FileSystem.absoluteName(name)
        let locked = state.withLock { state -> Int32? in
            guard let descriptor = state.locked[path],
                FileIdentity(named: path) == FileIdentity(descriptor: descriptor)
            else { return nil }
            return descriptor
        }
        guard let locked else { return remove(name) }
        try? Faults.step(.cut, of: name) { _ = ftruncate(locked, 0) }
    }

    /// Removes a file if it is one of this run.
    package func remove(_ name: String) {
        let path = FileSystem.absoluteName(name)
        guard isStillOwn(path) else { return }
        FileSystem.remove(name)
        if FileIdentity(named: path) == nil { state.withLock { $0.files[path] = nil } }
    }

    /// Removes all files of this run but some, and waits until their names are gone from the disk.
    ///
    /// What has got its final name is not touched.
    ///
    /// - Parameter kept: The paths of those that stay.
    package func removeAll(except kept: [String]) {
        let kept = Set(kept.map(FileSystem.absoluteName))
        let others = paths.subtracting(kept).sorted()
        let there = others.filter { FileIdentity(named: $0) != nil }
        for path in there { remove(path) }
        // What could not be removed is still this run's, and has to be known as that.
        var left = Set(there.filter(isStillOwn))
        do throws(Diagnostic) {
            try FileSystem.syncFolders(of: there)
        } catch {
            // A name that came back with a power cut would be taken for somebody else's file.
            left = Set(there)
        }
        state.withLock { $0.own = $0.own.intersection(kept.union(left)) }
    }

    /// Whether a name is still that of a file of this run.
    ///
    /// That it was written down is not enough: another run may have been quicker, and be gone by now.
    private func isStillOwn(_ path: String) -> Bool {
        guard let named = FileIdentity(named: path) else { return false }
        let (isOwn, known, isEarlier) = state.withLock { state in
            (state.own.contains(path), state.files[path], state.earlier.contains(path))
        }
        guard isOwn else { return false }
        if let known { return known == named }
        return isEarlier && Self.isUnused(path)
    }

    /// Notes that paths are written down.
    ///
    /// - Parameter paths: From the root.
    package func add(_ paths: [String]) { state.withLock { $0.own.formUnion(paths) } }

    /// What has become of a file that was to be removed.
    package enum Removal: Sendable, Hashable {
        /// Nothing has the name any more.
        case gone
        /// Something has it that no run of this user has made, or that a process has locked.
        case foreign
        /// It is there, and could not be removed.
        case failed
    }

    /// Removes a file that an earlier run has written down and no run needs.
    @discardableResult
    package static func removeOrphan(_ path: String) -> Removal {
        guard FileIdentity(named: path) != nil else { return .gone }
        guard isUnused(path) else { return .foreign }
        FileSystem.remove(path)
        return FileIdentity(named: path) == nil ? .gone : .failed
    }

    /// The run that has made a temporary file, as the file itself states it; nil if it states none.
    package static func maker(of path: String) -> String? { FileMaker.run(of: path) }

    /// Removes what a run has put in the place of a temporary file, a replaced file, unless another run has claimed the
    /// name since.
    package static func removeReplaced(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, !isLocked(path) else { return }
        FileSystem.remove(path)
    }

    /// Whether a file is one that a run of this user can have made, and that no process has locked.
    package static func isUnused(_ path: String) -> Bool {
        guard let descriptor = try? OpenFile.existing(path) else { return false }
        defer { close(descriptor) }
        return lock(descriptor, within: .zero)
    }

    /// Gives all claims back.
    package func release() {
        state.withLock { state in
            for descriptor in state.locked.values { close(descriptor) }
            state.locked = [:]
        }
    }

    // MARK: Locks

    /// Some time is needed: a process that was just killed lives a little longer.
    private static let patience = Duration.milliseconds(500)

    /// Locks an open file, unless another process has.
    private static func lock(_ descriptor: Int32, kind: Int32 = LOCK_EX, within patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while flock(descriptor, kind | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // A file system without such locks: that the file is there, and who wrote it down, has to do.
            guard errno == EWOULDBLOCK else { return true }
            guard ContinuousClock.now < deadline else { return false }
            usleep(5000)
        }
        return true
    }

    /// Refuses an output whose file another run has locked: it publishes that just now.
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

    /// Says what has the name of a temporary file.
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
