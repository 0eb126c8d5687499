/// Receives the text that a function makes.
///
/// It writes to the memory of a slot through a pointer of its own, and returns to the slot only for more room.
package struct TextWriter {
    private let slot: Slot
    private var bytes: UnsafeMutablePointer<UInt8>
    private var room: Int
    /// How many bytes of the slot are used.
    private(set) var end: Int
    /// Where the text of this row begins.
    private(set) var start: Int

    init(_ slot: Slot) {
        self.slot = slot
        (bytes, room, end, start) = (slot.bytes, slot.room, slot.end, slot.end)
    }

    /// How many bytes were written for this row.
    package var count: Int { end - start }

    /// Begins the text of another row.
    mutating func begin() { start = end }

    /// Leaves out what was written for this row.
    mutating func cancel() { end = start }

    /// Returns the used bytes to the slot.
    func finish() { slot.use(end) }

    /// Appends bytes.
    ///
    /// - Throws: `expression.overflow` if the texts of a batch have more than 1 GiB.
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>) throws(Failure) {
        guard let source = text.baseAddress else { return }
        if text.count > room - end { try grow(text.count) }
        (bytes + end).update(from: source, count: text.count)
        end += text.count
    }

    /// Appends a byte.
    ///
    /// - Throws: `expression.overflow`.
    @inline(__always)
    package mutating func append(_ byte: UInt8) throws(Failure) {
        if end == room { try grow(1) }
        bytes[end] = byte
        end &+= 1
    }

    /// Appends a text; not for the hot path.
    ///
    /// - Throws: `expression.overflow`.
    package mutating func append(_ text: String) throws(Failure) {
        try append(Array(text.utf8))
    }

    /// Appends bytes; not for the hot path.
    ///
    /// - Throws: `expression.overflow`.
    package mutating func append(_ bytes: [UInt8]) throws(Failure) {
        try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in try append(bytes) }
    }

    /// Appends bytes, each of them changed.
    ///
    /// - Throws: `expression.overflow`.
    @inline(__always)
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>, changing: (UInt8) -> UInt8) throws(Failure) {
        if text.count > room - end { try grow(text.count) }
        let target = bytes + end
        for index in text.indices { target[index] = changing(text[index]) }
        end += text.count
    }

    private mutating func grow(_ count: Int) throws(Failure) {
        slot.use(end)
        guard slot.reserve(count) else { throw .overflow(.text) }
        (bytes, room) = (slot.bytes, slot.room)
    }
}
