internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore
internal import Pipelines

/// Brings files to the disk and stores checkpoints, beside the run.
///
/// It reads back what was written, as the files grow: the checksum of what a part holds goes into the checkpoint, and the
/// records that are in it are held against what the sink states. In the end a file has been read once.
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

    /// A writer.
    ///
    /// - Parameters:
    ///   - journal: Where checkpoints are stored; nil for nowhere.
    ///   - verification: How files are looked at.
    ///   - monitor: Told how many there are.
    ///   - writers: Which sink states what about which file.
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
    }

    /// Goes on with files that an earlier attempt at the run has begun, and whose prefix has been looked at.
    func resume(_ parts: [StagedFile], from stored: [PartFile]) {
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

    /// What is to be done beside the run.
    enum Task: Sendable {
        /// Look at what the files have grown by, so that less is left to do at the end.
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

    /// Stores a checkpoint: first all files are on the disk, then it is.
    private func save(_ snapshot: Snapshot) throws {
        guard let journal else { return }
        var parts: [PartFile] = []
        for part in snapshot.parts {
            let audit = try audit(part.temporaryPath, as: part.format, upTo: part.bytes, records: part.records)
            parts.append(
                PartFile(path: part.temporaryPath, bytes: part.bytes, crc32: audit.crc32, records: part.records)
            )
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
        for folder in snapshot.folders { folder.checkpointIsStored() }
        count += 1
        monitor?.note(checkpoints: count)
    }

    /// What a complete file holds.
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
        // A sink that states another format than before is taken at its word: all records are counted by that.
        if audit.format != format { audit = FileAudit(path, format: format, countsRecords: countsRecords) }
        // Fewer than were stated before, and they are all there.
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

    /// Why a file cannot be read back as far as was stated, with what the plugin may have to do with it.
    private func explained(_ failure: Diagnostic, of path: String, upTo end: Int) -> Diagnostic {
        guard let size = FileSystem.size(of: path), size < end, let writer = writers[path] else { return failure }
        var failure = failure
        failure.hint =
            "if no other program has changed it, the plugin '\(writer.plugin)' states more bytes than it has written, or "
            + "fewer than before (StagedFile); please report it then"
        return failure
    }

    /// What is said where the records in a file are not those that were stated.
    ///
    /// The bytes are read again: if they are the same, what they mean is what the plugin has stated wrongly; if not, the
    /// disk or another program is to blame.
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
        // Counted from a mark on, a record that goes on beyond the mark counts twice.
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

    /// What is said where a file has more or fewer bytes than were stated.
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

    /// What is said where a file is not what it was.
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
    /// How its records can be counted, in words.
    fileprivate var words: String {
        switch self {
        case .lines: "one a line"
        case .csv(hasHeader: true): "as CSV with a header"
        case .csv(hasHeader: false): "as CSV without a header"
        case .opaque: "in a form of its own"
        }
    }
}
