internal import CPlatform
internal import Glibc
internal import PluginKit

/// The copy of standard input that a run reads, so that any part of it can be read again, also by the process that
/// resumes the run.
///
///     STATE/spill/PIPELINE/STAGE-RUN.input
///
/// It has this name only when it is complete and on the disk. The engine removes it with the files of memories, when no
/// run needs it. Without a state folder it is a file without a name.
struct InputSpool {
    private let input: StandardInput
    private let context: StageContext
    /// The stage, also for another run of its pipeline.
    private let owner: String

    init(_ input: StandardInput, for context: StageContext) {
        self.input = input
        self.context = context
        owner = "\(context.stateFolder ?? "") \(context.run.key) \(context.stage)"
    }

    /// The path of the copy; nil without a state folder.
    private var path: String? {
        context.stateFolder.map { folder in
            let stage = FileSystem.plainName(of: context.stage)
            return "\(folder)/spill/\(FileSystem.plainName(of: context.run.key))/\(stage)-\(context.run.id).input"
        }
    }

    /// Copies standard input, unless that has been done for this run.
    ///
    /// - Returns: The copy.
    /// - Throws: `input.terminal`; `input.spool-lost` if the copy that this process has made was removed; `file.*`;
    ///   `CancellationError`.
    func entry() async throws -> InputFileEntry {
        let made = input.copies.withLock { $0[owner] }
        if let path, FileSystem.exists(path) {
            let isOwn = made?.path == path
            if let made, !isOwn {
                // It was made for a new run, before it was known that an earlier one continues.
                FileSystem.remove(made.path)
                input.copies.withLock { $0[owner] = nil }
            }
            if !isOwn, made?.isEmpty == false || input.hasMore { context.log.say(notRead) }
            return try entry(at: path)
        }
        if let made {
            // A plan that was made before has copied it, for a run that did not begin. What it read cannot be read again.
            guard FileSystem.exists(made.path) else { throw lost }
            guard let path else { return try entry(at: made.path) }
            try FileSystem.rename(made.path, to: path)
            input.copies.withLock { $0[owner] = StandardInput.Copy(path: path, isEmpty: made.isEmpty) }
            return try entry(at: path)
        }
        try input.refuseTerminal()
        let (input, path) = (input, path)
        let folder = context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let copy = try await input.reading { wait in
            guard let path else { return try Self.copyUnnamed(input, in: folder, wait: wait) }
            try Self.copy(input, to: path, wait: wait)
            return path
        }
        let entry = try entry(at: copy)
        input.copies.withLock { $0[owner] = StandardInput.Copy(path: copy, isEmpty: entry.size == 0) }
        return entry
    }

    /// Notes that a run begins to read its pages, or refuses that it continues: the copy that it had begun to read is
    /// not there any more, and other input must not take its place.
    ///
    /// - Parameter isStart: Whether the first page is read.
    /// - Throws: `input.spool-lost` if a later page is the first that is read of a copy that this process has made.
    func begin(isStart: Bool) throws(Diagnostic) {
        let other = input.copies.withLock { copies -> String? in
            guard let copy = copies[owner], !copy.isBegun else { return nil }
            copies[owner]?.isBegun = isStart
            return isStart ? nil : copy.path
        }
        guard let other else { return }
        // The next process would take it for the copy of this run.
        if other == path { FileSystem.remove(other) }
        throw lost
    }

    private var lost: Diagnostic {
        Diagnostic(
            "input.spool-lost",
            message: "the copy of standard input that the run has begun to read is not there any more",
            category: .environment,
            at: .stage(context.stage, at: nil),
            hint: "start the run over, with the same input: --restart"
        )
    }

    private func entry(at path: String) throws(Diagnostic) -> InputFileEntry {
        InputFileEntry(StandardInput.name, store: .spool(path), size: try InputFile(path).count)
    }

    private var notRead: Diagnostic {
        Diagnostic(
            "input.not-read",
            message:
                "the run continues with the copy of standard input that it has made: what is there now is not read",
            category: .environment,
            at: .stage(context.stage, at: nil),
            hint: "run again with it when this run is complete, or start the run over: --restart",
            severity: .warning
        )
    }

    // MARK: Copying

    private static func copy(_ input: StandardInput, to path: String, wait: () -> Bool) throws {
        let part = path + ".part"
        try FileSystem.createFolder(around: path)
        // One that a process has left that was interrupted.
        FileSystem.remove(part)
        var descriptor: Int32 = -1
        defer { if descriptor >= 0 { close(descriptor) } }
        try Faults.step(.create, of: part) { () throws(Diagnostic) in
            descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: part) }
        }
        do {
            try fill(descriptor, from: input, path: part, wait: wait)
            try Faults.step(.sync, of: part) { () throws(Diagnostic) in
                guard fsync(descriptor) == 0 else { throw SystemFailure.last.diagnostic("write", at: part) }
            }
        } catch {
            FileSystem.remove(part)
            throw error
        }
        try FileSystem.rename(part, to: path)
        try FileSystem.syncFolder(of: path)
    }

    /// Copies it to a file without a name, which stays open until the process ends.
    private static func copyUnnamed(_ input: StandardInput, in folder: String, wait: () -> Bool) throws -> String {
        var descriptor = sprocket_open_unnamed(folder)
        if descriptor < 0 {
            var template = "\(folder)/.sprocket-input-XXXXXX".utf8CString.map { $0 }
            descriptor = mkstemp(&template)
            guard descriptor >= 0 else { throw SystemFailure.last.diagnostic("write", at: folder) }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(template)
        }
        do {
            try fill(descriptor, from: input, path: folder, wait: wait)
        } catch {
            close(descriptor)
            throw error
        }
        return "/proc/self/fd/\(descriptor)"
    }

    private static func fill(
        _ descriptor: Int32,
        from input: StandardInput,
        path: String,
        wait: () -> Bool
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var size = 0
        while true {
            guard wait() else { throw CancellationError() }
            let got = try input.read(into: buffer)
            guard got > 0 else { return }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<got]).bindMemory(to: UInt8.self)
            try OpenFile.write(bytes.span, at: size, to: descriptor, path: path, shownAs: path)
            size += got
        }
    }
}
