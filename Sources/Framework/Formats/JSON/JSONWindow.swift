internal import Diagnostics

/// A window that slides along an input.
///
///     buffer   done with │ start … end │ 64 zero bytes │ not used yet
///
/// Only processed bytes leave it: when the bytes run out, the incomplete record at the end moves to the front and is
/// read again once its rest follows.
struct JSONWindow<Input: ByteInput> {
    private var input: Input
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    /// The offset of the window in the input.
    private(set) var offset = 0
    /// Whether the last byte of the input is in the window.
    private(set) var isAtEnd = false

    /// The largest record that is read.
    static var largest: Int { 16 << 20 }

    init(_ input: Input, size: Int) {
        self.input = input
        buffer = Array(repeating: 0, count: size + JSONScanner.padding)
    }

    /// The size of the buffer for the window and its padding.
    var room: Int { buffer.count }

    /// The number of bytes in the window.
    var count: Int { end - start }

    /// Its first bytes, for messages.
    func prefix(_ length: Int) -> ArraySlice<UInt8> { buffer[start..<end].prefix(length) }

    /// Removes the first bytes.
    mutating func drop(_ count: Int) {
        start += count
        offset += count
    }

    /// Reads more bytes after the existing ones: as many as fit, after making room.
    ///
    /// - Returns: False if there is no room and none can be made, because a record is larger than `largest`.
    mutating func fill() throws(Diagnostic) -> Bool {
        var size = buffer.count - JSONScanner.padding
        if count == size {
            guard size < Self.largest else { return false }
            size = min(size * 2, Self.largest)
        }
        let (kept, count) = (start, count)
        if size + JSONScanner.padding > buffer.count {
            buffer = Array(buffer[kept..<kept + count])
            buffer.append(contentsOf: repeatElement(0, count: size + JSONScanner.padding - count))
        } else if kept > 0 {
            buffer.withUnsafeMutableBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                // The two ranges may overlap, which `update` allows.
                base.update(from: base + kept, count: count)
            }
        }
        (start, end) = (0, count)
        while end < size, !isAtEnd {
            let got = try Self.read(&input, into: &buffer, from: end, upTo: size)
            precondition(0...size - end ~= got, "an input gave more bytes than there was room for")
            end += got
            isAtEnd = got == 0
        }
        for index in end..<end + JSONScanner.padding { buffer[index] = 0 }
        return true
    }

    private static func read(
        _ input: inout Input,
        into buffer: inout [UInt8],
        from lower: Int,
        upTo upper: Int
    ) throws(Diagnostic) -> Int {
        try buffer.withUnsafeMutableBufferPointer { bytes throws(Diagnostic) in
            let whole = UnsafeMutableRawBufferPointer(bytes)
            return try input.read(into: UnsafeMutableRawBufferPointer(rebasing: whole[lower..<upper]))
        }
    }

    /// Passes the window, followed by its padding, to a scanner.
    func withScanner<Answer>(_ body: (JSONScanner) -> Answer) -> Answer {
        buffer.withUnsafeBufferPointer { bytes in
            // The buffer is never empty, because of the padding.
            let base = bytes.baseAddress.unsafelyUnwrapped + start
            return body(JSONScanner(base: base, end: base + (end - start)))
        }
    }
}

extension JSONWindow: Sendable where Input: Sendable {}
