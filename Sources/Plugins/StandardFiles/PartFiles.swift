internal import Formats
internal import PluginKit

/// Writes encoded records at a mark, to one file or to parts that are files of their own.
///
///     diary.csv.part      header record record record        closed: 3 records, 120 bytes
///     diary.csv.2.part    header record record ▏              the mark: 120:3,96:2
///
/// The part of a record depends only on the records before it. A part is synced to the disk before the next one begins.
/// The parts get their final names and numbers only when their number is known.
package final class PartFiles: Sendable {
    private let path: OutputPath
    private let run: RunIdentity
    private let limits: PartLimits
    private let format: RecordFormat
    private let state = Locked(State())

    private struct State {
        var open: (part: Int, file: OutputFile)?
        /// The number of parts that this sink has written to.
        var partsTouched = 0
    }

    init(_ path: OutputPath, in run: RunIdentity, limits: PartLimits, format: RecordFormat) {
        self.path = path
        self.run = run
        self.limits = limits
        self.format = format
    }

    /// Writes the records of a batch at a mark.
    ///
    /// - Parameters:
    ///   - batch: The records.
    ///   - encoder: Encodes the records; empty when it is passed.
    ///   - mark: Where to write; nil at the start.
    /// - Returns: The mark after the records.
    /// - Throws: `file.*`; `files.too-many-parts`.
    func write(
        _ batch: borrowing Batch,
        with encoder: inout some RecordEncoder,
        at mark: FileMark?
    ) throws(Diagnostic) -> FileMark {
        var mark = mark ?? FileMark()
        if mark.current.bytes == 0 { encoder.appendHeader() }
        for row in 0..<batch.count {
            if mark.current.records == limits.records {
                try beginPart(&mark, encoder: &encoder, writing: encoder.count)
            }
            let before = encoder.count
            encoder.append(row, of: batch)
            if let most = limits.bytes, mark.current.bytes + encoder.count > most, mark.current.records > 0 {
                try beginPart(&mark, encoder: &encoder, writing: before)
                encoder.append(row, of: batch)
            }
            mark.current.records += 1
            if encoder.count >= Self.pieceSize { try write(&encoder, upTo: encoder.count, mark: &mark) }
        }
        try write(&encoder, upTo: encoder.count, mark: &mark)
        return mark
    }

    /// The parts at a mark; a part without bytes does not exist yet.
    func parts(at mark: FileMark) -> [StagedFile] {
        mark.parts.enumerated().filter { $0.element.bytes > 0 }.map { index, part in
            StagedFile(
                output(index + 1).temporaryPath,
                bytes: part.bytes,
                records: part.records,
                format: format
            )
        }
    }

    /// Completes all parts.
    ///
    /// - Parameters:
    ///   - mark: The end; nil if nothing was written.
    ///   - encoder: Encodes the header if there was no record; empty when it is passed.
    /// - Returns: The files to publish, and the counts.
    /// - Throws: `file.*`; `file.shorter` if another program has shortened a file.
    func finish(at mark: FileMark?, with encoder: inout some RecordEncoder) throws(Diagnostic) -> Delivery<FileMark> {
        var mark = mark ?? FileMark()
        if mark.current.bytes == 0 { encoder.appendHeader() }
        try write(&encoder, upTo: encoder.count, mark: &mark)
        try close(mark)
        let count = mark.part
        // An earlier attempt may have written more than the mark.
        discard(after: count)
        var delivery = Delivery(at: mark, written: mark.records)
        for (index, part) in mark.parts.enumerated() {
            let final = path.path(in: run, part: index + 1, of: count)
            if index + 1 < count {
                _ = try output(index + 1).complete(upTo: part.bytes, records: part.records)
            }
            try FileSystem.createFolder(around: final)
            delivery.files.append(
                StagedFile(
                    output(index + 1).temporaryPath,
                    to: final,
                    bytes: part.bytes,
                    records: part.records,
                    format: format
                )
            )
        }
        if limits.exist {
            delivery.earlierFiles = EarlierFiles.paths(of: path, in: run, excluding: delivery.files)
        }
        return delivery
    }

    /// Deletes what was written, also by an earlier process.
    func abandon() {
        let parts = state.withLock { state in
            defer { state = State() }
            return state.partsTouched
        }
        discard(after: max(parts, 1))
        for part in (0..<max(parts, 1)).reversed() { output(part + 1).discard() }
    }

    /// Deletes the parts with higher numbers, the last one first: if that is interrupted, no part remains after a gap.
    private func discard(after part: Int) {
        guard limits.exist else { return }
        var last = part
        while last < FileMark.maximumParts, FileSystem.exists(output(last + 1).temporaryPath) { last += 1 }
        for stray in stride(from: last, to: part, by: -1) { output(stray).discard() }
    }

    /// How many bytes are collected before they are written.
    private static let pieceSize = 1 << 20

    /// Writes the first `end` bytes of the encoder, discards the others, and advances the mark.
    private func write(_ encoder: inout some RecordEncoder, upTo end: Int, mark: inout FileMark) throws(Diagnostic) {
        if end > 0 {
            let bytes = encoder.bytes
            mark.current.bytes = try file(mark.part).write(bytes.span.extracting(0..<end), at: mark.current.bytes)
        }
        encoder.removeAll()
    }

    private func beginPart(
        _ mark: inout FileMark,
        encoder: inout some RecordEncoder,
        writing end: Int
    ) throws(Diagnostic) {
        guard mark.part < FileMark.maximumParts else {
            throw Diagnostic(
                "files.too-many-parts",
                message: "the records need more than \(FileMark.maximumParts) parts",
                at: .file(path.pattern),
                hint: "raise 'max_rows' or 'max_bytes'"
            )
        }
        try write(&encoder, upTo: end, mark: &mark)
        try close(mark)
        mark.goToNextPart()
        encoder.appendHeader()
    }

    private func close(_ mark: FileMark) throws(Diagnostic) {
        _ = try file(mark.part).complete(upTo: mark.current.bytes, records: mark.current.records)
    }

    /// The file of a part; the one written to last stays open.
    private func file(_ part: Int) -> OutputFile {
        state.withLock { state in
            state.partsTouched = max(state.partsTouched, part)
            if let open = state.open, open.part == part { return open.file }
            let file = output(part)
            state.open = (part, file)
            return file
        }
    }

    /// Until their number is known, all parts are in the folder of the first.
    private func output(_ part: Int) -> OutputFile {
        OutputFile(path.path(in: run), suffix: part == 1 ? ".part" : ".\(part).part")
    }
}
