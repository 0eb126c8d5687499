internal import CPlatform
package import Diagnostics
internal import Glibc

extension FileSystem {
    /// How a file got its final name, and so what is to be done with the file that had it.
    package enum Placement: Sendable, Hashable {
        /// There was no other file.
        case fresh
        /// The other file now has the temporary name.
        case exchanged
        /// The other file has this further name.
        case linked(String)
        /// The other file is gone: the file system knows neither exchange nor further names.
        case replaced
    }

    /// Gives a file the final name of a target, so that the file that is replaced can be put back.
    ///
    /// - Parameters:
    ///   - path: Where the file lies, under its temporary name.
    ///   - target: Where it belongs, as it was examined just before.
    /// - Returns: Where the other file is.
    /// - Throws: `file.changed` if something else lies there than was examined; `file.*`. Then nothing has changed.
    package static func place(_ path: String, at target: OutputTarget) throws(Diagnostic) -> Placement {
        FileMaker.clear(path)
        return try Faults.step(.rename, of: target.file, from: path) { () throws(Diagnostic) in
            try placed(path, at: target)
        }
    }

    private static func placed(_ path: String, at target: OutputTarget) throws(Diagnostic) -> Placement {
        guard let other = target.identity else {
            if sprocket_rename_exclusively(path, target.file) == 0 { return .fresh }
            if errno == EEXIST { throw hasChanged(target) }
            guard isUnsupported(errno) else { throw SystemFailure.last.diagnostic("write", at: target.path) }
            try renamed(path, to: target)
            return .fresh
        }
        if sprocket_exchange(path, target.file) == 0 {
            if FileIdentity(named: path) == other { return .exchanged }
            // Another program was quicker: what is there now was never looked at.
            _ = sprocket_exchange(path, target.file)
            throw hasChanged(target)
        }
        guard isUnsupported(errno) else { throw SystemFailure.last.diagnostic("write", at: target.path) }
        let aside = temporaryName(beside: target.file)
        let isLinked = Glibc.link(target.file, aside) == 0
        do throws(Diagnostic) {
            guard FileIdentity(named: target.file) == other else { throw hasChanged(target) }
            try renamed(path, to: target)
        } catch {
            if isLinked { unlink(aside) }
            throw error
        }
        return isLinked ? .linked(aside) : .replaced
    }

    /// Takes a file's final name back, and puts back the file that had it.
    ///
    /// What is no longer the same file stays as it is, and where the other file is gone the new one keeps the name: at no
    /// time is there neither.
    ///
    /// - Parameters:
    ///   - path: The temporary name that the file had.
    ///   - target: Where it was placed.
    ///   - placement: How.
    ///   - identity: The file.
    /// - Returns: Whether the name is what it was before; not if the file that had it is gone, so that nothing would have it.
    /// - Throws: `file.*`; then the file keeps its final name.
    package static func takeBack(
        _ path: String,
        from target: OutputTarget,
        placement: Placement,
        identity: FileIdentity
    ) throws(Diagnostic) -> Bool {
        // What another program has put there since is not ours to take back.
        guard FileIdentity(named: target.file) == identity else { return true }
        if placement == .replaced { return false }
        try Faults.step(.rename, of: path, from: target.file) { () throws(Diagnostic) in
            switch placement {
            case .exchanged:
                guard FileIdentity(named: path) == target.identity, sprocket_exchange(target.file, path) == 0 else {
                    throw SystemFailure.last.diagnostic("write", at: target.path)
                }
            case .fresh, .replaced:
                try renamedExclusively(target.file, to: path)
            case .linked(let aside):
                // At no time is the final name missing.
                guard Glibc.link(target.file, path) == 0 else { throw SystemFailure.last.diagnostic("write", at: path) }
                do throws(Diagnostic) {
                    try renamed(aside, to: target)
                } catch {
                    unlink(path)
                    throw error
                }
            }
        }
        return true
    }

    /// Removes the file that was replaced, once it need not be put back.
    package static func removeReplaced(_ path: String, by target: OutputTarget, placement: Placement) {
        switch placement {
        case .fresh, .replaced: return
        case .exchanged: if FileIdentity(named: path) == target.identity { remove(path) }
        case .linked(let aside): if FileIdentity(named: aside) == target.identity { remove(aside) }
        }
    }

    private static func renamedExclusively(_ path: String, to final: String) throws(Diagnostic) {
        if sprocket_rename_exclusively(path, final) == 0 { return }
        guard isUnsupported(errno), FileIdentity(named: final) == nil else {
            throw SystemFailure.last.diagnostic("write", at: final)
        }
        guard Glibc.rename(path, final) == 0 else { throw SystemFailure.last.diagnostic("write", at: final) }
    }

    private static func renamed(_ path: String, to target: OutputTarget) throws(Diagnostic) {
        guard Glibc.rename(path, target.file) == 0 else {
            throw SystemFailure.last.diagnostic("write", at: target.path)
        }
    }

    /// Whether the file system, or the kernel, does not know this way of renaming.
    private static func isUnsupported(_ number: Int32) -> Bool {
        [EINVAL, ENOSYS, EOPNOTSUPP, EPERM].contains(number)
    }

    private static func hasChanged(_ target: OutputTarget) -> Diagnostic {
        Diagnostic(
            "file.changed",
            message: "another program has just created a file here, and it was not replaced",
            category: .environment,
            at: .file(target.path),
            hint: "run again when that program is done"
        )
    }
}
