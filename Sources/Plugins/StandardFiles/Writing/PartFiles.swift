internal import Formats
internal import PluginKit

/// Writes encoded records at a mark, to one file or to parts that are files of their own.
///
///     diary.csv.part      header record record record        closed: 3 records, 120 bytes
///     diary.csv.2.part    header record record ▏              the mark: 120:3,96:2
///
/// Records for standard output go to a file too, which is copied when the run commits; or they leave as they come.
///
/// The part of a record depends only on the records before it. A part is synced to the disk before the next one begins.
/// The parts get their final names and numbers only when their number is known.
package final class PartFiles: Sendable {
    private let path: OutputPath
    /// The destination, if that is not a file.
    private let stream: StandardOutput?
    /// Whether records for standard output wait in a file until the run commits.
    private let isSpooled: Bool
    private let run: RunIdentity
    private let limits: PartLimits
    private let format: RecordFormat
    /// How the files are compressed; nil if they are not.
    private let packing: Packing?
    private let state = Locked(State())

    private struct State {
        var open: (part: Int, file: OutputFile)?
        /// The number of parts that this sink has written to.
        var partsTouched = 0
        /// Whether this process prepares and writes, and does not only complete what another one has written.
        var hasBegun = false
    }

    /// - Parameters:
    ///   - place: Where the files are written, and how they are divided.
    ///   - context: The stage.
    ///   - format: The format of the files before they are compressed.
    ///   - stream: Standard output.
    init(
        _ place: FilePlace,
        in context: StageContext,
        format: RecordFormat,
        stream: StandardOutput = StandardOutput()
    ) {
        run = context.run
        switch place.destination {
        case .file(let path): (self.path, self.stream) = (path, nil)
        case .standardOutput: (path, self.stream) = (Self.spoolPath(in: context), stream)
        }
        isSpooled = place.isSpooled
        limits = place.limits
        packing = place.packing
        // Records cannot be counted in compressed bytes.
        self.format = packing == nil ? format : .opaque
    }

    /// The file for records that are waiting for the commit.
    private static func spoolPath(in context: StageContext) -> OutputPath {
        let folder = context.stateFolder.map { "\($0)/output" } ?? context.environment["TMPDIR"] ?? "/tmp"
        return OutputPath("\(folder)/{name}-\(context.stage)\(context.stateFolder == nil ? "-{run}" : "").out")
    }

    /// What makes the records visible.
    var commitment: Commitment { stream == nil ? .files : isSpooled ? .refusable : .immediate }

    /// Checks what writing needs, before anything is read.
    ///
    /// - Parameter mark: Where the run is resumed; nil if it begins.
    /// - Throws: `zstd.unavailable`; `file.output-not-resumable`.
    func begin(at mark: FileMark?) throws(Diagnostic) {
        try packing?.prepare()
        if commitment == .immediate, (mark?.current.bytes ?? 0) > 0 {
            throw Diagnostic(
                "file.output-not-resumable",
                message:
                    "the run was interrupted while its records left on standard output, and cannot be resumed there",
                category: .environment,
                hint: "start the run over: --restart; without spool = false it could be resumed"
            )
        }
        state.withLock { $0.hasBegun = true }
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
    ) throws -> FileMark {
        var mark = mark ?? FileMark()
        if mark.current.bytes == 0 { encoder.appendHeader() }
        var row = 0
        // Whether records fit is only known when they are encoded: if several do not, they are encoded one by one.
        var isSingle = 0..<0
        while row < batch.count {
            if mark.current.records == limits.records {
                try beginPart(&mark, encoder: &encoder)
            }
            let (before, isFirst) = (encoder.count, mark.current.records == 0)
            var end = min(row + (limits.bytes == nil ? Self.blockOfRows : Self.smallBlock), batch.count)
            if isSingle.contains(row) { end = row + 1 }
            if let most = limits.records { end = min(end, row + most - mark.current.records) }
            encoder.append(row..<end, of: batch)
            if let most = limits.bytes, !isFirst || end - row > 1,
                mark.current.unpacked + encoder.count + encoder.footerSize > most
            {
                encoder.removeLast(downTo: before, isFirst: isFirst)
                if end - row > 1 { isSingle = row..<end } else { try beginPart(&mark, encoder: &encoder) }
                continue
            }
            mark.current.records += end - row
            row = end
            if encoder.count >= Self.pieceSize { try write(&encoder, mark: &mark) }
        }
        try write(&encoder, mark: &mark)
        return mark
    }

    /// The parts at a mark; a part without bytes does not exist yet.
    func parts(at mark: FileMark) -> [StagedFile] {
        if commitment == .immediate { return [] }
        return filesOfParts(at: mark)
    }

    private func filesOfParts(at mark: FileMark) -> [StagedFile] {
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
    ///   - encoder: Encodes the end, and the header if there was no record; empty when it is passed.
    /// - Returns: The files to publish, and the counts.
    /// - Throws: `file.*`; `file.shorter` if another program has shortened a file.
    func finish(at mark: FileMark?, with encoder: inout some RecordEncoder) throws -> Delivery<FileMark> {
        var mark = mark ?? FileMark()
        if mark.current.bytes == 0 { encoder.appendHeader() }
        encoder.appendFooter()
        try write(&encoder, mark: &mark, isEnd: true)
        if commitment == .immediate { return Delivery(at: mark, written: mark.records) }
        try close(mark)
        if stream != nil { return Delivery(at: mark, written: mark.records) }
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

    /// Copies what is written to standard output.
    ///
    /// - Throws: `Refused` if the program that reads it has ended, or if another process has begun to copy: its
    ///   reader is gone, and the next run delivers all records again.
    func commit(at mark: FileMark) throws {
        guard let stream else { return }
        guard state.withLock({ $0.hasBegun }) else {
            throw Refused(
                Diagnostic(
                    "file.output-interrupted",
                    message: "the run was interrupted while its records left on standard output",
                    category: .environment,
                    hint: "run again: all records come again"
                )
            )
        }
        do {
            try stream.copy(output(1).temporaryPath, bytes: mark.current.bytes)
        } catch let problem as Diagnostic where problem.code == "file.output-closed" {
            throw Refused(problem)
        }
    }

    /// Deletes what was written, also by an earlier process.
    func abandon() {
        if commitment == .immediate { return }
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

    /// How many bytes are collected before they are written: so few that they are still in the processor's cache.
    private static let pieceSize = 256 << 10
    /// How many records are encoded together.
    private static let blockOfRows = 512
    /// How many are if the size of parts is limited.
    private static let smallBlock = 64

    /// Writes the bytes of the encoder, and advances the mark.
    ///
    /// What is compressed ends a member of the file with each write, so that it can be continued at any mark.
    private func write(
        _ encoder: inout some RecordEncoder,
        mark: inout FileMark,
        isEnd: Bool = false
    ) throws {
        // A compressed file without content has a member too.
        if encoder.count > 0 || (isEnd && packing != nil && mark.current.bytes == 0) {
            let bytes = encoder.bytes
            if let packing {
                let unpacked = mark.current.unpacked
                for member in try packing.members(of: bytes.span) {
                    mark.current.bytes = try put(member.span, at: mark)
                }
                mark.current.unpacked = unpacked + bytes.count
            } else {
                mark.current.bytes = try put(bytes.span, at: mark)
            }
        }
        encoder.removeAll()
    }

    private func put(_ bytes: Span<UInt8>, at mark: FileMark) throws -> Int {
        if let stream, !isSpooled { return try stream.write(bytes, at: mark.current.bytes) }
        return try file(mark.part).write(bytes, at: mark.current.bytes)
    }

    private func beginPart(_ mark: inout FileMark, encoder: inout some RecordEncoder) throws {
        guard mark.part < FileMark.maximumParts else {
            throw Diagnostic(
                "files.too-many-parts",
                message: "the records need more than \(FileMark.maximumParts) parts",
                at: .file(path.pattern),
                hint: "raise 'max_rows' or 'max_bytes'"
            )
        }
        encoder.appendFooter()
        try write(&encoder, mark: &mark)
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
