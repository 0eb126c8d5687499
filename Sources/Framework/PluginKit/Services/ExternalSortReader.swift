internal import Diagnostics

/// Reads the records of a run, one after the other, in large pieces.
struct ExternalSortReader {
    private let run: ExternalSortRun
    /// Where in the file the bytes come from that are not in the window yet.
    private var offset: Int
    private var window: [UInt8]
    private var filled = 0
    /// Where in the window the current record lies.
    private var start = 0
    private var end = 0

    /// A reader that stands before its first record.
    init(_ run: ExternalSortRun, bufferSize: Int) {
        self.run = run
        offset = run.start
        window = [UInt8](repeating: 0, count: max(ExternalSortRecord.headerSize, min(bufferSize, run.end - run.start)))
    }

    /// Goes to the next record; returns its key, or nil at the end.
    mutating func advance() throws(Diagnostic) -> ExternalSort.Key? {
        start = end
        if filled &- start < ExternalSortRecord.headerSize {
            if start == filled, offset == run.end { return nil }
            try fill(ExternalSortRecord.headerSize)
        }
        let size = ExternalSortRecord.payload(window.span.bytes, at: start).upperBound &- start
        if filled &- start < size { try fill(size) }
        end = start &+ size
        return ExternalSortRecord.key(window.span.bytes, at: start)
    }

    /// The current record: key and payload.
    @inline(__always)
    func withRecord(_ body: (_ record: Span<UInt8>) throws(Diagnostic) -> Void) throws(Diagnostic) {
        try body(window.span.extracting(start..<end))
    }

    /// Brings at least `size` bytes from `start` on into the window, and as many more as there is room for.
    private mutating func fill(_ size: Int) throws(Diagnostic) {
        let rest = filled - start
        if window.count < size {
            var larger = [UInt8](repeating: 0, count: size)
            for index in 0..<rest { larger[index] = window[start + index] }
            window = larger
        } else {
            for index in 0..<rest { window[index] = window[start + index] }
        }
        let end = min(window.count, rest + run.end - offset)
        let (file, place) = (run.file, offset)
        var span = window.mutableSpan
        try file.read(into: &span, rest..<end, at: place)
        offset += end - rest
        start = 0
        filled = end
    }
}
