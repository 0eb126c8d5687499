internal import PluginKit

/// Reads the rows of the spool in order, in large pieces.
struct SpoolReader: ~Copyable {
    private let file: InputFile
    private let end: Int
    private var window = [UInt8](repeating: 0, count: 1 << 17)
    private var filled = 0
    /// The offset of the window in the file.
    private var origin = 0
    /// The offset of the current row in the window.
    private var start = 0
    private var next = 0

    /// Opens the rows up to a mark.
    ///
    /// - Throws: `letterboxd.spool` if the file is shorter.
    init(_ path: String, upTo end: Int) throws(Diagnostic) {
        let file = try InputFile(path)
        guard file.count >= end else {
            throw Self.damaged(path, what: "it has \(file.count.counted("byte")), \(end) were written")
        }
        self.file = file
        self.end = end
    }

    /// Advances to the next row; returns its head, or nil at the end.
    mutating func advance() throws(Diagnostic) -> SpoolHead? {
        start = next
        if filled &- start < SpoolRow.headerSize {
            if origin + start == end { return nil }
            try fill(SpoolRow.headerSize)
        }
        let length = Int(window.span.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
        if filled &- start < length { try fill(length) }
        guard length >= SpoolRow.headerSize else { throw damaged("a row has a length of \(length)") }
        next = start &+ length

        let bytes = window.span.bytes
        let low = bytes.unsafeLoadUnaligned(fromByteOffset: start &+ 12, as: UInt64.self)
        return SpoolHead(
            offset: origin &+ start,
            film: FilmKey(high: bytes.unsafeLoadUnaligned(fromByteOffset: start &+ 4, as: UInt64.self), low: low >> 54),
            order: RowOrder(bits: low & RowOrder.mask),
            plays: bytes.unsafeLoadUnaligned(fromByteOffset: start &+ 20, as: UInt16.self),
            flags: SpoolRow.Flags(rawValue: window[start &+ 22]),
            rating: window[start &+ 23]
        )
    }

    /// Changes the current row in memory, not in the file.
    mutating func amend(_ flags: SpoolRow.Flags, rating: UInt8) {
        window[start &+ 22] = flags.rawValue
        window[start &+ 23] = rating
    }

    /// Passes the current row to `body`, from an offset on.
    @inline(__always)
    func withRow(from place: Int, body: (Span<UInt8>) throws(Diagnostic) -> Void) throws(Diagnostic) {
        try body(window.span.extracting(start &+ place..<next))
    }

    /// Loads at least `size` bytes from `start` on into the window.
    private mutating func fill(_ size: Int) throws(Diagnostic) {
        let rest = filled - start
        guard origin + start + size <= end else { throw damaged("its last row is cut off") }
        var moved = [UInt8](repeating: 0, count: max(window.count, size))
        for index in 0..<rest { moved[index] = window[start + index] }
        origin += start
        let wanted = min(moved.count, end - origin)
        var failure: Diagnostic?
        let from = origin + rest
        moved.withUnsafeMutableBytes { buffer in
            do throws(Diagnostic) {
                let got = try file.read(at: from, into: UnsafeMutableRawBufferPointer(rebasing: buffer[rest..<wanted]))
                if got < wanted - rest { failure = damaged("its end is missing") }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        window = moved
        filled = wanted
        start = 0
    }

    private func damaged(_ what: String) -> Diagnostic { Self.damaged(file.path, what: what) }

    private static func damaged(_ path: String, what: String) -> Diagnostic {
        Diagnostic(
            "letterboxd.spool",
            message: "the rows written so far cannot be read back: \(what)",
            at: .file(path),
            hint: "another program may have changed the file; run again from the start"
        )
    }
}
