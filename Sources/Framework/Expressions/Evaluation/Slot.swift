/// The memory of the values of one part of an expression, kept from batch to batch.
package final class Slot {
    /// A word for each row.
    package let words: UnsafeMutablePointer<UInt64>
    /// A bit for each row.
    package let bits: UnsafeMutablePointer<UInt64>
    /// The bytes of texts and decimals.
    package private(set) var bytes: UnsafeMutablePointer<UInt8>
    /// How many of the bytes are used.
    package private(set) var end = 0
    /// How many bytes fit.
    private(set) var room: Int
    private let rows: Int
    /// Whether it holds a constant for all rows.
    var isFilled = false

    /// The most bytes of one text or of the bytes that an expression makes: 16 MiB.
    package static let mostOfValue = 16 << 20
    /// The most bytes of text of one part of an expression in one batch: 1 GiB, or 64 of the longest texts.
    package static let mostBytes = 1 << 30

    init(rows: Int) {
        self.rows = rows
        let count = Slot.wordsOfBits(rows)
        words = .allocate(capacity: rows + 1)
        words.initialize(repeating: 0, count: rows + 1)
        bits = .allocate(capacity: count)
        bits.initialize(repeating: 0, count: count)
        room = 0
        bytes = .allocate(capacity: 16)
        bytes.initialize(repeating: 0, count: 16)
    }

    deinit {
        words.deallocate()
        bits.deallocate()
        bytes.deallocate()
    }

    /// How many words have a bit for each row; at least one.
    static func wordsOfBits(_ rows: Int) -> Int { max(1, (rows + 63) >> 6) }

    /// Clears the bytes of the batch before.
    package func restart() {
        end = 0
        shrink()
    }

    /// Gives back much memory after its values were used.
    func shrink() {
        guard room > 4 << 20 else { return }
        end = 0
        // One batch of long texts does not keep its memory for the rest of the run.
        bytes.deallocate()
        room = 0
        bytes = .allocate(capacity: 16)
        bytes.initialize(repeating: 0, count: 16)
    }

    /// Makes room for more bytes, and returns whether there is any.
    package func reserve(_ count: Int) -> Bool {
        guard count > room - end else { return true }
        guard count <= Self.mostBytes - end else { return false }
        let larger = max(end + count, min(2 * room, Self.mostBytes), 4096)
        let made = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + 16)
        made.update(from: bytes, count: end)
        // Sixteen bytes can be read at the start of each text, also of the last one.
        (made + end).initialize(repeating: 0, count: larger + 16 - end)
        bytes.deallocate()
        (bytes, room) = (made, larger)
        return true
    }

    /// Appends bytes for which there is room.
    package func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let source = text.baseAddress else { return }
        (bytes + end).update(from: source, count: text.count)
        end += text.count
    }

    /// Appends a byte for which there is room.
    package func append(_ byte: UInt8) {
        bytes[end] = byte
        end += 1
    }

    /// States how many bytes are used, after they were written in place.
    func use(_ end: Int) { self.end = end }

    /// The vector of these values.
    package func vector(hasNulls: Bool) -> Vector {
        Vector(words: words, bits: hasNulls ? UnsafePointer(bits) : nil, bytes: bytes)
    }
}
