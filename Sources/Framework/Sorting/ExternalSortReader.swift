internal import Diagnostics

/// Reads the records of several runs, each sequentially, in large pieces.
///
///     window of a run   … read |key count payload| not yet …
///                               start           end      filled
///
/// The position of each run is separate from its window, so that advancing copies only numbers.
struct ExternalSortReader {
    private struct Place: BitwiseCopyable {
        /// The file offset of the bytes after the window.
        var offset: Int
        var runEnd: Int
        var filled = 0
        /// The start of the current record in the window.
        var start = 0
        var end = 0
    }

    private let runs: [ExternalSortRun]
    private var places: [Place]
    private var windows: [[UInt8]]

    /// A reader before the first record of each run, with windows of `bufferSize` bytes.
    init(_ runs: [ExternalSortRun], bufferSize: Int) {
        self.runs = runs
        places = runs.map { Place(offset: $0.start, runEnd: $0.end) }
        windows = runs.map { run in
            [UInt8](repeating: 0, count: max(ExternalSortRecord.headerSize, min(bufferSize, run.end - run.start)))
        }
    }

    /// Advances to the next record of a run; returns its key, or nil at the end.
    @inline(__always)
    mutating func advance(_ run: Int) throws(Diagnostic) -> SortKey? {
        var place = places[run]
        place.start = place.end
        if place.filled &- place.start < ExternalSortRecord.headerSize {
            if place.start == place.filled, place.offset == place.runEnd { return nil }
            try fill(run, place: &place, size: ExternalSortRecord.headerSize)
        }
        var end = payloadEnd(run, from: place.start)
        if place.filled < end {
            try fill(run, place: &place, size: end &- place.start)
            end = payloadEnd(run, from: place.start)
        }
        place.end = end
        places[run] = place
        let window = windows[run]
        return ExternalSortRecord.key(window.span.bytes, at: place.start)
    }

    @inline(__always)
    private func payloadEnd(_ run: Int, from start: Int) -> Int {
        let window = windows[run]
        return ExternalSortRecord.payload(window.span.bytes, at: start).upperBound
    }

    /// The current record of a run: key and payload.
    @inline(__always)
    func withRecord(
        _ run: Int,
        body: (_ record: Span<UInt8>) throws(Diagnostic) -> Void
    ) throws(Diagnostic) {
        let window = windows[run]
        try body(window.span.extracting(places[run].start..<places[run].end))
    }

    /// Reads at least `size` bytes from the current record on into the window, and as many more as fit.
    private mutating func fill(_ run: Int, place: inout Place, size: Int) throws(Diagnostic) {
        let rest = place.filled - place.start
        var window: [UInt8] = []
        swap(&window, &windows[run])  // So that there is one holder, and it changes in place.
        defer { swap(&window, &windows[run]) }
        if window.count < size { window.append(contentsOf: repeatElement(0, count: size - window.count)) }
        for index in 0..<rest { window[index] = window[place.start + index] }
        let filled = min(window.count, rest + place.runEnd - place.offset)
        var span = window.mutableSpan
        try runs[run].file.read(into: &span, part: rest..<filled, at: place.offset)
        place.offset += filled - rest
        place.start = 0
        place.filled = filled
    }
}
