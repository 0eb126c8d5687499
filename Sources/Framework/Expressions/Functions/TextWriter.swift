/// Receives the text that a function makes.
///
/// It writes to the memory of a slot through a pointer of its own, and returns to the slot only for more room.
package struct TextWriter {
    private let slot: Slot
    private var bytes: UnsafeMutablePointer<UInt8>
    /// Where the text of this row has to end, or the memory.
    private var limit: Int
    /// How many bytes of the slot are used.
    private(set) var end: Int
    /// Where the text of this row begins.
    private(set) var start: Int

    init(_ slot: Slot) {
        self.slot = slot
        (bytes, limit, end, start) = (slot.bytes, slot.room, slot.end, slot.end)
        begin()
    }

    /// How many bytes were written for this row.
    package var count: Int { end - start }

    /// Begins the text of another row.
    mutating func begin() {
        start = end
        limit = min(slot.room, start + Slot.mostOfValue)
    }

    /// Leaves out what was written for this row.
    mutating func cancel() { end = start }

    /// Returns the used bytes to the slot.
    func finish() { slot.use(end) }

    /// Appends bytes.
    ///
    /// - Throws: `expression.overflow` if the text has more than 16 MiB, or the texts of a batch more than 1 GiB.
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>) throws(Failure) {
        guard let source = text.baseAddress else { return }
        if text.count > limit - end { try grow(text.count) }
        (bytes + end).update(from: source, count: text.count)
        end += text.count
    }

    /// Appends a byte.
    ///
    /// - Throws: `expression.overflow`.
    @inline(__always)
    package mutating func append(_ byte: UInt8) throws(Failure) {
        if end == limit { try grow(1) }
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
        if text.count > limit - end { try grow(text.count) }
        let target = bytes + end
        for index in text.indices { target[index] = changing(text[index]) }
        end += text.count
    }

    private mutating func grow(_ count: Int) throws(Failure) {
        slot.use(end)
        guard count <= Slot.mostOfValue - self.count, slot.reserve(count) else { throw .overflow(.text) }
        bytes = slot.bytes
        limit = min(slot.room, start + Slot.mostOfValue)
    }
}
