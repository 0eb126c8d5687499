internal import Formats
internal import PluginKit

/// Splits rows into files: each begins with the header, stays below the size limit and has at least one row.
struct PartWriter: ~Copyable {
    /// The content of the current file: rows are appended between `beginRow` and `endRow`.
    var bytes: [UInt8] = []
    /// The number of rows in all files.
    private(set) var rows = 0

    private let path: OutputPath
    private let run: RunIdentity
    private let header: [UInt8]
    private let maxBytes: Int
    private let maxRows: Int
    private let format: RecordFormat
    private var rowStart = 0
    private var rowsInPart = 0
    private var finished: [StagedFile] = []

    init(_ path: OutputPath, in run: RunIdentity, header: [UInt8], settings: Settings) {
        self.path = path
        self.run = run
        self.header = header
        maxBytes = settings.maxBytes
        maxRows = settings.maxRows
        // RFC 4180 has no backslash escapes, so such a file cannot be audited as CSV.
        format = settings.quotes == .backslash ? .opaque : .csv(hasHeader: true)
    }

    /// How many bytes the current row may still grow.
    var room: Int { maxBytes - 1 - header.count - (bytes.count - rowStart) }

    mutating func beginRow() {
        if bytes.isEmpty {
            bytes.reserveCapacity(maxBytes + 1024)
            bytes.append(contentsOf: header)
        }
        rowStart = bytes.count
    }

    mutating func endRow() throws(Diagnostic) {
        if rowsInPart > 0, bytes.count >= maxBytes || rowsInPart == maxRows {
            let row = Array(bytes[rowStart...])
            bytes.removeLast(row.count)
            try finishPart()
            bytes.append(contentsOf: header)
            bytes.append(contentsOf: row)
        }
        rows &+= 1
        rowsInPart &+= 1
    }

    /// Completes the last file, and names all files.
    mutating func finish() throws(Diagnostic) -> [StagedFile] {
        if rowsInPart > 0 { try finishPart() }
        return finished.enumerated().map { index, file in
            StagedFile(
                file.temporaryPath,
                to: path.path(in: run, part: index + 1, of: finished.count),
                bytes: file.bytes,
                records: file.records,
                format: format
            )
        }
    }

    /// Deletes the files completed so far.
    func discard() {
        Self.discard(path, in: run)
    }

    /// Deletes the files that an earlier writer for the same path has completed, in whatever run.
    ///
    /// The last file is deleted first: if this is interrupted, no file remains after a gap.
    static func discard(_ path: OutputPath, in run: RunIdentity) {
        var count = 0
        while FileSystem.exists(temporaryFile(path, in: run, part: count + 1).temporaryPath) { count += 1 }
        for part in stride(from: count, to: 0, by: -1) { temporaryFile(path, in: run, part: part).discard() }
    }

    private mutating func finishPart() throws(Diagnostic) {
        // The number of files, and so their names, is not known yet.
        let file = Self.temporaryFile(path, in: run, part: finished.count + 1)
        do throws(Diagnostic) {
            try file.write(bytes.span, at: 0)
            finished.append(try file.complete(upTo: bytes.count, records: rowsInPart))
        } catch {
            file.discard()
            throw error
        }
        bytes.removeAll(keepingCapacity: true)
        rowsInPart = 0
    }

    private static func temporaryFile(_ path: OutputPath, in run: RunIdentity, part: Int) -> OutputFile {
        OutputFile(path.path(in: run), suffix: part == 1 ? ".part" : ".\(part).part")
    }
}
