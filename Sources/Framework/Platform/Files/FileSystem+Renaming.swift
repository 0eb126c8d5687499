internal import CPlatform
package import Diagnostics
internal import Glibc

extension FileSystem {
    /// How a file got its final name, and so where the file that had it before is.
    package enum Placement: Sendable, Hashable {
        /// There was no file before.
        case fresh
        /// The previous file now has the temporary name.
        case exchanged
        /// The previous file now has this additional name.
        case linked(String)
        /// The previous file is gone: the file system supports neither exchange nor hard links.
        case replaced
    }

    /// Gives a file the final name of a target in a way that allows the previous file to be restored.
    ///
    /// - Parameters:
    ///   - path: The temporary name of the file.
    ///   - target: Its final name, as examined just before.
    /// - Returns: Where the previous file is.
    /// - Throws: `file.changed` if the file there is not the examined one; `file.*`. Then nothing has changed.
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
            // Another program has replaced the file since it was examined: put it back.
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

    /// Takes back a file's final name and restores the previous file.
    ///
    /// If another file has the name by now, it is left alone. If the previous file is gone, the new one keeps the name,
    /// so that there is always a file with that name.
    ///
    /// - Parameters:
    ///   - path: The temporary name that the file had.
    ///   - target: Where it was placed.
    ///   - placement: How.
    ///   - identity: The file.
    /// - Returns: Whether the name is as it was before; false if the previous file is gone, so that the new file keeps
    ///   the name.
    /// - Throws: `file.*`; then the file keeps its final name.
    package static func takeBack(
        _ path: String,
        from target: OutputTarget,
        placement: Placement,
        identity: FileIdentity
    ) throws(Diagnostic) -> Bool {
        // A file that another program has put there since is left alone.
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
                // The final name exists at all times.
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

    /// Removes the replaced file once it need not be restored.
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

    /// Whether the file system, or the kernel, does not support this kind of rename.
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
