internal import Formats
internal import PluginKit

/// Cuts rows into files: each begins with the header, none reaches the size that is not allowed, none is without rows.
struct PartWriter: ~Copyable {
    /// The file that is being filled: between `beginRow` and `endRow`, a row is appended to it.
    var bytes: [UInt8] = []
    /// How many rows there are in all files.
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
        // Behind a backslash a quote is no quote, which nobody knows who reads RFC 4180.
        format = settings.quotes == .backslash ? .opaque : .csv(hasHeader: true)
    }

    /// How many bytes the row that has begun may still grow.
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

    /// Completes the last file, and gives all of them their names.
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

    /// Throws away the files completed so far.
    func discard() {
        Self.discard(path, in: run)
    }

    /// Throws away what an earlier writer for the same path has completed, by whichever run it was left.
    ///
    /// The last file goes first: if this is cut off, none is left behind a gap.
    static func discard(_ path: OutputPath, in run: RunIdentity) {
        var count = 0
        while FileSystem.exists(temporaryFile(path, in: run, part: count + 1).temporaryPath) { count += 1 }
        for part in stride(from: count, to: 0, by: -1) { temporaryFile(path, in: run, part: part).discard() }
    }

    private mutating func finishPart() throws(Diagnostic) {
        // How many parts there will be is not known yet, and with it their names.
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
