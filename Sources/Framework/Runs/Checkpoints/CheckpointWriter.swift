internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore
internal import Pipelines

/// Syncs files to the disk and stores checkpoints, concurrently with the run.
///
/// It reads files back as they grow: the checksum of each file goes into the checkpoint, and the number of its records
/// is compared with what the sink states. Each time, only the new part is read. A complete file is read
/// a second time only with `Verification.content`.
actor CheckpointWriter {
    private let journal: RunJournal?
    private let verification: Verification
    private let monitor: RunMonitor?
    private let writers: FileWriters
    private var audits: [String: FileAudit] = [:]
    private var synced: [String: Int] = [:]
    private var sequence: Int
    /// How many checkpoints were stored.
    private(set) var count = 0
    /// The positions of the sources in the newest stored checkpoint, as text; empty if none is stored.
    private(set) var cursors: [String: String]

    /// A writer.
    ///
    /// - Parameters:
    ///   - journal: Where checkpoints are stored; nil for nowhere.
    ///   - verification: How files are verified.
    ///   - monitor: Receives the number of checkpoints.
    ///   - writers: Which sink has reported which file.
    init(
        _ journal: RunJournal?,
        verification: Verification,
        monitor: RunMonitor? = nil,
        writers: FileWriters = FileWriters()
    ) {
        self.journal = journal
        self.verification = verification
        self.monitor = monitor
        self.writers = writers
        sequence = journal?.resumption?.sequence ?? 0
        cursors = journal?.resumption?.cursors ?? [:]
    }

    /// Continues with files of an earlier attempt at the run, whose beginning has already been read back.
    func resume(_ parts: [StagedFile], from stored: [CheckpointFile]) {
        for part in parts {
            let path = FileSystem.absoluteName(part.temporaryPath)
            guard let known = stored.first(where: { FileSystem.absoluteName($0.path) == path }) else { continue }
            audits[part.temporaryPath] = FileAudit(
                resuming: part.temporaryPath,
                format: part.format,
                bytes: known.bytes,
                crc32: known.crc32,
                records: known.records,
                countsRecords: verification != .off
            )
            synced[part.temporaryPath] = known.bytes
        }
    }

    /// What the writer does concurrently with the run.
    enum Task: Sendable {
        /// Read back what the files have grown by, so that less is left to do at the end.
        case look([StagedFile])
        /// Store a checkpoint.
        case save(Snapshot)
    }

    func perform(_ task: Task) throws {
        switch task {
        case .look(let parts):
            for part in parts {
                _ = try audit(part.temporaryPath, as: part.format, upTo: part.bytes, records: part.records)
            }
        case .save(let snapshot): try save(snapshot)
        }
    }

    /// Stores a checkpoint after all its files are on the disk.
    private func save(_ snapshot: Snapshot) throws {
        guard let journal else { return }
        var parts: [CheckpointFile] = []
        for part in snapshot.parts {
            let audit = try audit(part.temporaryPath, as: part.format, upTo: part.bytes, records: part.records)
            parts.append(CheckpointFile(part, crc32: audit.crc32))
            guard synced[part.temporaryPath] != part.bytes else { continue }
            try FileSystem.sync(part.temporaryPath)
            if synced[part.temporaryPath] == nil { try FileSystem.syncFolder(of: part.temporaryPath) }
            synced[part.temporaryPath] = part.bytes
        }
        sequence += 1
        try journal.save(
            Checkpoint(
                form: CheckpointForm.current,
                sequence: sequence,
                cursors: snapshot.cursors,
                marks: snapshot.marks,
                states: snapshot.states,
                counters: snapshot.counters,
                parts: parts
            )
        )
        cursors = snapshot.cursors
        forget(except: parts)
        for folder in snapshot.folders { folder.checkpointIsStored() }
        count += 1
        monitor?.note(checkpoints: count)
    }

    /// Removes the records of files that the newest checkpoint does not name, such as those of a memory that have been merged.
    private func forget(except parts: [CheckpointFile]) {
        guard audits.count > 2 * parts.count + 64 else { return }
        let named = Set(parts.map(\.path))
        audits = audits.filter { named.contains($0.key) }
        synced = synced.filter { named.contains($0.key) }
    }

    /// Verifies a complete file, and adds its checksum.
    ///
    /// - Throws: `plugin.records`, `plugin.bytes` or `run.verify` if it is not what the sink states; `file.*`.
    func published(_ file: StagedFile) throws -> StagedFile {
        let audit = try audit(file.temporaryPath, as: file.format, upTo: file.bytes, records: file.records)
        let size = FileSystem.size(of: file.temporaryPath) ?? 0
        guard size == file.bytes else { throw hasOtherSize(file.temporaryPath, size: size, than: file.bytes) }
        if verification == .content {
            var again = FileAudit(file.temporaryPath, format: file.format, countsRecords: true)
            try again.extend(to: file.bytes)
            guard again.crc32 == audit.crc32 else {
                throw differs(file.temporaryPath, what: "its bytes are not those that were written")
            }
        }
        var file = file
        file.crc32 = audit.crc32
        return file
    }

    private func audit(
        _ path: String,
        as format: RecordFormat,
        upTo end: Int,
        records: Int
    ) throws -> FileAudit {
        let countsRecords = verification != .off
        var audit = audits[path] ?? FileAudit(path, format: format, countsRecords: countsRecords)
        // If a sink states another format than before, all records are counted again in that format.
        if audit.format != format { audit = FileAudit(path, format: format, countsRecords: countsRecords) }
        // The sink states fewer bytes than before, and the file still has all of them.
        if end < audit.bytes, let size = FileSystem.size(of: path), size >= audit.bytes, writers[path] != nil {
            throw hasOtherSize(path, size: size, than: end)
        }
        do throws(Diagnostic) {
            try audit.extend(to: end)
        } catch {
            throw explained(error, of: path, upTo: end)
        }
        audits[path] = audit
        if let counted = audit.records, counted != records { throw try hasOtherCount(audit, than: records) }
        return audit
    }

    // MARK: Refusals

    /// The error for a file that is shorter than stated; the hint names the plugin.
    private func explained(_ failure: Diagnostic, of path: String, upTo end: Int) -> Diagnostic {
        guard let size = FileSystem.size(of: path), size < end, let writer = writers[path] else { return failure }
        var failure = failure
        failure.hint =
            "if no other program has changed it, the plugin '\(writer.plugin)' states more bytes than it has written, or "
            + "fewer than before (StagedFile); please report it then"
        return failure
    }

    /// The error for a file whose number of records differs from the stated one.
    ///
    /// The bytes are read again. If they are the same, the plugin has made a wrong statement; if not, the disk or
    /// another program has changed them.
    ///
    /// - Throws: `file.*` if the file cannot be read again.
    private func hasOtherCount(_ audit: FileAudit, than records: Int) throws -> SumsDisagree {
        var again = FileAudit(audit.path, format: audit.format, countsRecords: true)
        try again.extend(to: audit.bytes)
        let counted = audit.records ?? 0
        guard let writer = writers[audit.path], again.crc32 == audit.crc32 else {
            let found = counted.counted("record is", plural: "records are")
            return differs(audit.path, what: "\(found) in it, and \(records.inGroups) were written")
        }
        // When records are counted from a mark, a record that extends beyond the mark counts twice.
        let isSplit = again.records == records
        return SumsDisagree(
            diagnostic: Diagnostic(
                "plugin.records",
                message: isSplit
                    ? "the sink '\(writer.stage)' set a mark within a record of this file: counted from there on, "
                        + "\(counted.counted("record is", plural: "records are")) in it, and \(records.inGroups) were written"
                    : "the sink '\(writer.stage)' states that this file holds \(records.counted("record")), "
                        + "\(audit.format.words), and counted like that it holds \(counted)",
                category: .defect,
                at: .file(audit.path),
                hint: "nothing was published; the bytes are the same each time that they are read, so this is a "
                    + "mistake of the plugin '\(writer.plugin)' "
                    + (isSplit
                        ? "in its marks: each record has to end before the mark after it"
                        : "in 'records' or 'format' of what it states (StagedFile)")
                    + ", please report it"
            )
        )
    }

    /// The error for a file whose size differs from the stated one.
    private func hasOtherSize(_ path: String, size: Int, than expected: Int) -> SumsDisagree {
        guard let writer = writers[path] else {
            return differs(path, what: "it has \(size.counted("byte")), and \(expected.inGroups) were written")
        }
        return SumsDisagree(
            diagnostic: Diagnostic(
                "plugin.bytes",
                message:
                    "the sink '\(writer.stage)' states that this file has \(expected.counted("byte")), and it has \(size.inGroups)",
                category: .defect,
                at: .file(path),
                hint: "nothing was published; if no other program has changed the file, this is a mistake of the "
                    + "plugin '\(writer.plugin)' in 'bytes' of what it states (StagedFile), please report it"
            )
        )
    }

    /// The error for a file that has changed.
    private func differs(_ path: String, what: String) -> SumsDisagree {
        let plugin = writers[path].map { ", or the plugin '\($0.plugin)' changes what lies before its mark" } ?? ""
        return SumsDisagree(
            diagnostic: Diagnostic(
                "run.verify",
                message: "the file is not what was written: \(what)",
                category: .environment,
                at: .file(path),
                hint: "nothing was published; another program may have changed it, or the disk is failing\(plugin)"
            )
        )
    }
}

extension RecordFormat {
    /// How its records are counted, in words.
    fileprivate var words: String {
        switch self {
        case .lines: "one a line"
        case .csv(hasHeader: true): "as CSV with a header"
        case .csv(hasHeader: false): "as CSV without a header"
        case .opaque: "in a form of its own"
        }
    }
}
