/// Entries in memory, in the order in which they were added.
///
///     entry   the length of its key and that of its value in four bytes each, the key, the value
///
/// A key is a byte sequence whose order is that of the entries (`SortOrder`). No key is the beginning of another one.
struct EntryArena: Sendable {
    /// The position of an entry, and eight bytes of its key, the first one the most significant; missing ones are 0.
    struct Place: BitwiseCopyable {
        var window: UInt64
        let chunk: UInt32
        let offset: UInt32
    }

    /// The memory of the entries; an entry is in one piece.
    private(set) var chunks: [[UInt8]] = []
    /// The number of chunks with entries; later ones are reused.
    private(set) var used = 0
    /// One for each entry.
    var places: [Place] = []
    private(set) var bytes = 0
    private let chunkSize: Int

    /// The size of the lengths of an entry in bytes.
    static let header = 8
    /// The largest entry that can be stored, in bytes.
    static let largest = Int(UInt32.max) - header

    /// An arena for about this many bytes; there are so few chunks that a call for each may be nested.
    init(memory: Int) { chunkSize = max(64 << 10, min(memory, 64 << 30) / 64) }

    /// The memory of the entries and of sorting them, in bytes.
    var memory: Int { bytes + places.count * 40 }

    /// The memory that it has, used or not, in bytes.
    var bytesInMemory: Int {
        chunks.reduce(places.capacity * MemoryLayout<Place>.stride) { $0 + $1.capacity }
    }

    var isEmpty: Bool { places.isEmpty }

    /// Adds an entry.
    ///
    /// - Parameters:
    ///   - most: The most bytes that its key and its value take.
    ///   - write: Writes both, the key first, and returns their lengths.
    @inline(__always)
    mutating func append(
        atMost most: Int,
        write: (UnsafeMutablePointer<UInt8>) -> (key: Int, value: Int)
    ) {
        let room = Self.header + most
        if used == 0 || chunks[used - 1].capacity - chunks[used - 1].count < room { addChunk(room) }
        let index = used - 1
        let offset = chunks[index].count
        var window: UInt64 = 0
        chunks[index].append(addingCapacity: room) { output in
            output.withUnsafeMutableBufferPointer { buffer, count in
                guard let base = buffer.baseAddress else { return }
                let start = base + count
                let (key, value) = write(start + Self.header)
                let raw = UnsafeMutableRawPointer(start)
                raw.storeBytes(of: UInt32(truncatingIfNeeded: key), as: UInt32.self)
                raw.storeBytes(of: UInt32(truncatingIfNeeded: value), toByteOffset: 4, as: UInt32.self)
                window = Self.window(of: start + Self.header, count: key, at: 0)
                count += Self.header + key + value
            }
        }
        bytes += chunks[index].count - offset
        places.append(
            Place(
                window: window,
                chunk: UInt32(truncatingIfNeeded: index),
                offset: UInt32(truncatingIfNeeded: offset)
            )
        )
    }

    private mutating func addChunk(_ room: Int) {
        if used < chunks.count, chunks[used].capacity >= room {
            used += 1
            return
        }
        var chunk: [UInt8] = []
        chunk.reserveCapacity(max(chunkSize, room))
        chunks.insert(chunk, at: used)
        used += 1
    }

    /// Removes all entries; their memory is reused.
    mutating func removeAll() {
        for index in 0..<used { chunks[index].removeAll(keepingCapacity: true) }
        chunks.removeAll { $0.capacity > 2 * chunkSize }
        (used, bytes) = (0, 0)
        places.removeAll(keepingCapacity: true)
    }

    /// Passes the addresses of all chunks.
    func withChunks<Answer>(_ body: (UnsafeBufferPointer<UnsafePointer<UInt8>>) -> Answer) -> Answer {
        var bases: [UnsafePointer<UInt8>] = []
        return withChunks(from: 0, &bases, body)
    }

    private func withChunks<Answer>(
        from index: Int,
        _ bases: inout [UnsafePointer<UInt8>],
        _ body: (UnsafeBufferPointer<UnsafePointer<UInt8>>) -> Answer
    ) -> Answer {
        guard index < used else { return bases.withUnsafeBufferPointer(body) }
        return chunks[index].withUnsafeBufferPointer { chunk in
            if let base = chunk.baseAddress { bases.append(base) }
            return withChunks(from: index + 1, &bases, body)
        }
    }

    /// Eight bytes of a key from a position on.
    @inline(__always)
    static func window(of key: UnsafePointer<UInt8>, count: Int, at position: Int) -> UInt64 {
        let left = count &- position
        if left >= 8 {
            return UInt64(bigEndian: UnsafeRawPointer(key + position).loadUnaligned(as: UInt64.self))
        }
        var window: UInt64 = 0
        for index in 0..<8 { window = window << 8 | (index < left ? UInt64(key[position + index]) : 0) }
        return window
    }
}
