internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore

/// Brings files to the disk and stores checkpoints, beside the run.
///
/// It reads back what was written, as the files grow: the checksum of what a part holds goes into the checkpoint, and the
/// records that are in it are held against what the sink says. In the end a file has been read once.
actor CheckpointWriter {
    private let journal: RunJournal?
    private let verification: Verification
    private let monitor: RunMonitor?
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
    init(_ journal: RunJournal?, _ verification: Verification, _ monitor: RunMonitor? = nil) {
        self.journal = journal
        self.verification = verification
        self.monitor = monitor
        sequence = journal?.resumption?.sequence ?? 0
    }

    /// Goes on with files that an earlier attempt at the run has begun, and whose prefix has been looked at.
    func resume(_ parts: [WrittenPart], from stored: [PartFile]) {
        for part in parts {
            guard let known = stored.first(where: { $0.path == part.path }) else { continue }
            audits[part.path] = FileAudit(
                resuming: part.path,
                part.format,
                bytes: known.bytes,
                crc32: known.crc32,
                records: known.records,
                countsRecords: verification != .off
            )
            synced[part.path] = known.bytes
        }
    }

    /// What is to be done beside the run.
    enum Task: Sendable {
        /// Look at what the files have grown by, so that less is left to do at the end.
        case look([WrittenPart])
        /// Store a checkpoint.
        case save(Snapshot)
    }

    func perform(_ task: Task) throws {
        switch task {
        case .look(let parts):
            for part in parts { _ = try audit(part.path, part.format, upTo: part.bytes, records: part.records) }
        case .save(let snapshot): try save(snapshot)
        }
    }

    /// Stores a checkpoint: first all files are on the disk, then it is.
    private func save(_ snapshot: Snapshot) throws {
        guard let journal else { return }
        var parts: [PartFile] = []
        for part in snapshot.parts {
            let audit = try audit(part.path, part.format, upTo: part.bytes, records: part.records)
            parts.append(PartFile(path: part.path, bytes: part.bytes, crc32: audit.crc32, records: part.records))
            guard synced[part.path] != part.bytes else { continue }
            try FileSystem.sync(part.path)
            if synced[part.path] == nil { try FileSystem.syncFolder(of: part.path) }
            synced[part.path] = part.bytes
        }
        sequence += 1
        try journal.save(
            Checkpoint(
                sequence: sequence,
                cursors: snapshot.cursors,
                marks: snapshot.marks,
                states: snapshot.states,
                counters: snapshot.counters,
                parts: parts
            )
        )
        count += 1
        monitor?.note(checkpoints: count)
    }

    /// What a complete file holds.
    ///
    /// - Throws: `run.verify` if it is not what the sink says; `file.*`.
    func published(_ file: PendingFile) throws -> RunReport.File {
        let audit = try audit(file.temporaryPath, file.format, upTo: file.bytes, records: file.records)
        guard FileSystem.size(of: file.temporaryPath) == file.bytes else {
            throw Self.differs(
                file.path,
                "it has \((FileSystem.size(of: file.temporaryPath) ?? 0).counted("byte")), "
                    + "and \(file.bytes) were written"
            )
        }
        if verification == .content {
            var again = FileAudit(file.temporaryPath, file.format, countsRecords: true)
            try again.extend(to: file.bytes)
            guard again.crc32 == audit.crc32 else {
                throw Self.differs(file.path, "its bytes are not those that were written")
            }
        }
        return RunReport.File(
            temporaryPath: file.temporaryPath,
            path: file.path,
            records: file.records,
            bytes: file.bytes,
            crc32: audit.crc32
        )
    }

    private func audit(
        _ path: String,
        _ format: RecordFormat,
        upTo end: Int,
        records: Int
    ) throws -> FileAudit {
        var audit = audits[path] ?? FileAudit(path, format, countsRecords: verification != .off)
        try audit.extend(to: end)
        audits[path] = audit
        if let counted = audit.records, counted != records {
            let words = "\(counted.counted("record is", "records are")) in it, and \(records.inGroups) were written"
            throw Self.differs(path, words)
        }
        return audit
    }

    private static func differs(_ path: String, _ what: String) -> SumsDisagree {
        SumsDisagree(
            diagnostic: Diagnostic(
                "run.verify",
                "the file is not what was written: \(what)",
                at: .file(path),
                hint: "nothing was published; another program may have changed it, or the disk is failing"
            )
        )
    }
}
