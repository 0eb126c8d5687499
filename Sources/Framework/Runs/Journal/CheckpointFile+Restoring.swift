internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore

extension CheckpointFile {
    /// A file that is being written, with the checksum of what has been read back.
    init(_ file: StagedFile, crc32: UInt32) {
        self.init(path: file.temporaryPath, bytes: file.bytes, crc32: crc32, records: file.records)
    }

    /// The file as the engine describes files.
    var staged: StagedFile { StagedFile(path, bytes: bytes, records: records, crc32: crc32) }

    /// Restores the file to its state at the checkpoint.
    ///
    /// - Throws: `state.part` if another program has changed it.
    func prepare(run: String) throws {
        guard let size = FileSystem.size(of: path) else { throw differs(run, what: "is gone") }
        guard size >= bytes else { throw differs(run, what: "has \(size.counted("byte")), and had \(bytes)") }
        var audit = FileAudit(path, format: .opaque, countsRecords: false)
        try audit.extend(to: bytes)
        guard audit.crc32 == crc32 else { throw differs(run, what: "has changed in its first \(bytes) bytes") }
        guard size > bytes else { return }
        try FileSystem.truncate(path, to: bytes)
        try FileSystem.sync(path)
    }

    private func differs(_ run: String, what: String) -> Diagnostic {
        Diagnostic(
            "state.part",
            message:
                "the run '\(run)' was cut off and cannot be resumed, because this file, which it had begun, \(what)",
            category: .environment,
            at: .file(path),
            hint: "restore the file, or start the run over: --restart"
        )
    }
}
