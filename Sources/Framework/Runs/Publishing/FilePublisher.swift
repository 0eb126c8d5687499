internal import Diagnostics
internal import PluginKit

/// Gives files their final names: all of them, or none.
///
/// A replaced file keeps a name until the last file is published, so that it can be restored if a later one fails: it
/// exchanges names with the new file. If the file system cannot exchange names, the replaced file gets another name. If
/// it cannot do that either, the new file replaces it, and is not taken back. So one of the two files always has the
/// final name.
struct FilePublisher {
    private struct Placed {
        let file: StagedFile
        let target: OutputTarget
        let identity: FileIdentity
        let placement: FileSystem.Placement
    }

    private var placed: [Placed] = []

    /// Publishes files, and makes their names durable.
    ///
    /// Each path is examined once more before the file is placed there.
    ///
    /// - Returns: The temporary names of replaced files that could not be removed.
    /// - Throws: `file.*` as the cause; every final name is what it was before, unless the failure states otherwise.
    static func publish(_ files: [StagedFile]) throws(PublicationFailure) -> [String] {
        var publisher = FilePublisher()
        do throws(Diagnostic) {
            for file in files { try publisher.publish(file) }
            for placed in publisher.placed { try FileSystem.syncFolder(of: placed.target.file) }
        } catch {
            throw publisher.takeBack(because: error)
        }
        let replaced = publisher.placed.filter { $0.placement != .fresh && $0.placement != .replaced }
        for placed in replaced {
            FileSystem.removeReplaced(placed.file.temporaryPath, by: placed.target, placement: placed.placement)
        }
        let names = replaced.map { placed in
            if case .linked(let aside) = placed.placement { aside } else { placed.file.temporaryPath }
        }
        do throws(Diagnostic) {
            try FileSystem.syncFolders(of: names)
        } catch {
            // The files are published nevertheless. A name that reappears after a power failure must be known as ours.
            return names
        }
        return zip(replaced, names).filter { FileIdentity(named: $1) == $0.target.identity }.map(\.1)
    }

    /// Checks what publishing needs, as far as that is possible without doing it.
    ///
    /// - Throws: `file.*` if a complete file is missing, or a folder cannot be written to or is on another device.
    static func rehearse(_ files: [StagedFile]) throws(Diagnostic) {
        for file in files {
            let target = try OutputTarget(file.path)
            try FileSystem.createFolder(around: target.file)
            let folder = FileSystem.parent(of: target.file)
            guard FileSystem.isWritable(folder) else {
                throw Diagnostic(
                    "file.permission",
                    message: "there is no permission to write to the folder of this file",
                    category: .environment,
                    at: .file(file.path)
                )
            }
            guard let identity = FileIdentity(named: file.temporaryPath) else {
                throw missing(file.temporaryPath)
            }
            guard identity.device == FileIdentity(folder)?.device else {
                throw Diagnostic(
                    "file.other-device",
                    message: "the complete file lies on another device than its folder: \(file.temporaryPath)",
                    category: .environment,
                    at: .file(file.path),
                    hint: "something was mounted, or a link changed, since the run began; run again"
                )
            }
        }
    }

    private static func missing(_ path: String) -> Diagnostic {
        Diagnostic("file.missing", message: "the complete file is gone", category: .environment, at: .file(path))
    }

    private mutating func publish(_ file: StagedFile) throws(Diagnostic) {
        let target = try OutputTarget(file.path)
        guard let identity = FileIdentity(named: file.temporaryPath) else {
            throw Self.missing(file.temporaryPath)
        }
        // The file that gets the name must be the one that was written and read back.
        if let own = TemporaryFiles.current?.identity(of: file.temporaryPath), own != identity {
            throw Diagnostic(
                "file.changed",
                message: "another program has replaced the complete file",
                category: .environment,
                at: .file(file.temporaryPath),
                hint: "a folder that all users may write to is not a place for files"
            )
        }
        // If the path is a link, this is the folder of its target.
        try FileSystem.createFolder(around: target.file)
        let placement = try FileSystem.place(file.temporaryPath, at: target)
        placed.append(Placed(file: file, target: target, identity: identity, placement: placement))
    }

    /// Takes back the names given so far, and reports those that could not be taken back.
    private func takeBack(because cause: Diagnostic) -> PublicationFailure {
        var failure = PublicationFailure(cause: cause)
        for placed in placed.reversed() {
            do throws(Diagnostic) {
                // The next attempt continues with the file.
                let isBack = try FileSystem.takeBack(
                    placed.file.temporaryPath,
                    from: placed.target,
                    placement: placed.placement,
                    identity: placed.identity
                )
                if !isBack { failure.standing.insert(placed.file, at: 0) }
            } catch {
                failure.standing.insert(placed.file, at: 0)
            }
        }
        return failure
    }
}

/// Files could not be published.
///
/// It states which of those published before could not be taken back.
struct PublicationFailure: Error {
    /// Why.
    let cause: Diagnostic
    /// Files that keep their final names, because these could not be taken back.
    var standing: [StagedFile] = []

    /// Whether every final name is what it was before.
    var isUndone: Bool { standing.isEmpty }
}
