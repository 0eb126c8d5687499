/// Where the fields and the records of a page of CSV end.
///
///     bytes    a , b LF c , d LF
///     ends     1 3 5 7             the delimiter or the last byte of the line end after each field
///     records  2 4                 how many fields have ended by the end of each record
struct FieldEnds {
    /// The end of each field; before it is one entry for the byte before the page.
    private(set) var ends: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    private var capacity: Int
    private(set) var records: UnsafeMutablePointer<UInt32>
    private(set) var recordCount = 0
    private var recordCapacity: Int

    /// No ends, with room for about this number.
    init(capacity: Int) {
        self.capacity = capacity
        ends = .allocate(capacity: capacity + 65) + 1
        recordCapacity = max(64, capacity / 8)
        records = .allocate(capacity: recordCapacity + 64)
    }

    /// Frees the memory.
    func deallocate() {
        (ends - 1).deallocate()
        records.deallocate()
    }

    /// Makes room for the ends of this number of bytes.
    mutating func reserve(_ bytes: Int) {
        if capacity - count < bytes {
            let larger = max(2 * capacity, count + bytes)
            let made = UnsafeMutablePointer<UInt32>.allocate(capacity: larger + 65) + 1
            made.update(from: ends, count: count)
            (ends - 1).deallocate()
            (ends, capacity) = (made, larger)
        }
        if recordCapacity - recordCount < bytes {
            let larger = max(2 * recordCapacity, recordCount + bytes)
            let made = UnsafeMutablePointer<UInt32>.allocate(capacity: larger + 64)
            made.update(from: records, count: recordCount)
            records.deallocate()
            (records, recordCapacity) = (made, larger)
        }
    }

    /// Adds the ends of a block, eight at a time: what is written beyond the last one is overwritten by the next.
    @inline(__always)
    mutating func append(_ found: UInt64, lineEnds: UInt64, at start: Int) {
        var rest = lineEnds
        while rest != 0 {
            let lowest = rest & (0 &- rest)
            let fields = count &+ (found & (lowest &- 1)).nonzeroBitCount &+ 1
            records[recordCount] = UInt32(truncatingIfNeeded: fields)
            recordCount &+= 1
            rest ^= lowest
        }
        guard found != 0 else { return }
        let base = UInt32(truncatingIfNeeded: start)
        let number = found.nonzeroBitCount
        var bits = found
        var place = ends + count
        var left = number
        repeat {
            for offset in 0..<8 {
                place[offset] = base &+ UInt32(truncatingIfNeeded: bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
            place += 8
            left &-= 8
        } while left > 0
        count &+= number
    }

    /// Adds the end of a field.
    mutating func append(_ end: Int) {
        ends[count] = UInt32(truncatingIfNeeded: end)
        count += 1
    }

    /// Ends a record after the last field.
    mutating func endRecord() {
        records[recordCount] = UInt32(truncatingIfNeeded: count)
        recordCount += 1
    }

    /// How many fields had ended by the end of the first records.
    func fields(upTo records: Int) -> Int { records == 0 ? 0 : Int(self.records[records - 1]) }

    /// Keeps the first records, and nothing of an incomplete one.
    mutating func truncate(to records: Int) {
        recordCount = records
        count = fields(upTo: records)
    }
}
