/// The origin of the records of a batch: a number for each, and the place to which the number refers.
///
/// Normally records are numbered consecutively from a first number; after some were removed, there is a list. Likewise
/// there is one origin for all records, or a list after records of several batches were combined.
struct RowNumbers: Sendable {
    /// The origins; the last one is that of the following records.
    private(set) var origins: [Origins]
    /// The index of each record's origin in `origins`; nil if there is only one.
    private(set) var places: [UInt32]?
    /// The number of the first record.
    private(set) var first: UInt32 = 1
    /// The number of each record; nil if they are consecutive.
    private(set) var listed: [UInt32]?
    /// The number of the next record.
    var next: UInt32 = 1

    /// No records, and an unnamed origin.
    init() { origins = [Origins("")] }

    /// Records restored from a checkpoint.
    init(_ origins: [Origins], places: [UInt32]?, first: UInt32, listed: [UInt32]?, next: UInt32) {
        self.origins = origins
        self.places = places
        self.first = first
        self.listed = listed
        self.next = next
    }

    /// The origin of the next record.
    var current: Origins {
        get { origins[origins.count - 1] }
        set { origins[origins.count - 1] = newValue }
    }

    subscript(row: Int) -> UInt32 { listed.map { $0[row] } ?? first &+ UInt32(truncatingIfNeeded: row) }

    /// Where a record came from: `watched-history-3.json, record 17`.
    func position(of row: Int) -> String { origins[places.map { Int($0[row]) } ?? 0].position(of: self[row]) }

    /// Adds records, numbered from `next` on.
    ///
    /// - Parameters:
    ///   - rows: How many.
    ///   - count: How many there were before.
    mutating func append(_ rows: Int, to count: Int) {
        guard rows > 0 else { return }
        if count == 0, listed == nil { first = next }
        if listed == nil, first &+ UInt32(truncatingIfNeeded: count) != next { list(count) }
        for _ in 0..<(listed == nil ? 0 : rows) {
            listed?.append(next)
            next &+= 1
        }
        if listed == nil { next &+= UInt32(truncatingIfNeeded: rows) }
        let place = UInt32(truncatingIfNeeded: origins.count - 1)
        places?.append(contentsOf: repeatElement(place, count: rows))
    }

    /// Adds records of another batch, with their numbers and origins.
    mutating func append(_ rows: UnsafeBufferPointer<UInt32>, of other: RowNumbers, to count: Int) {
        guard !rows.isEmpty else { return }
        list(count)
        if let others = other.listed {
            listed?.append(contentsOf: rows.lazy.map { others[Int($0)] })
        } else {
            listed?.append(contentsOf: rows.lazy.map { other.first &+ $0 })
        }
        next &+= UInt32(truncatingIfNeeded: rows.count)
        appendOrigins(rows, of: other, to: count)
    }

    private mutating func appendOrigins(_ rows: UnsafeBufferPointer<UInt32>, of other: RowNumbers, to count: Int) {
        if count == 0, places == nil, current == Origins("") {
            origins = other.origins
            places = other.places.map { places in rows.map { places[Int($0)] } }
            return
        }
        if places == nil, other.places == nil, other.current == current || other.current == Origins("") { return }
        // The last origin stays that of the following records.
        let own = current
        if places == nil { places = Array(repeating: UInt32(origins.count - 1), count: count) }
        if let placesOfOther = other.places {
            let found = other.origins.map { place(of: $0, instead: own) }
            places?.append(contentsOf: rows.lazy.map { found[Int(placesOfOther[Int($0)])] })
        } else {
            let found = place(of: other.current, instead: own)
            places?.append(contentsOf: repeatElement(found, count: rows.count))
        }
        if current != own { origins.append(own) }
    }

    /// The index of an origin in `origins`, added if necessary; records without an origin have that of the batch.
    private mutating func place(of origin: Origins, instead own: Origins) -> UInt32 {
        let origin = origin == Origins("") ? own : origin
        if let known = origins.lastIndex(of: origin) { return UInt32(known) }
        origins.append(origin)
        return UInt32(origins.count - 1)
    }

    /// Replaces the numbers of the last records of `count` by others, in ascending order within their place.
    mutating func renumber(last numbers: [UInt32], of count: Int) {
        guard !numbers.isEmpty else { return }
        list(count)
        let shift = current.others.last?.shift ?? 0
        listed?.replaceSubrange(count - numbers.count..<count, with: numbers.lazy.map { $0 &+ shift })
        if let last = listed?.last { next = last &+ 1 }
    }

    /// Keeps the rows of a list, in which any row may occur any number of times.
    mutating func gather(_ rows: UnsafeBufferPointer<UInt32>) {
        listed =
            if let listed { rows.map { listed[Int($0)] } } else { rows.map { [first] in first &+ $0 } }
        if let places { self.places = rows.map { places[Int($0)] } }
    }

    /// Keeps a range of rows.
    mutating func keep(_ rows: Range<Int>) {
        if let listed {
            self.listed = Array(listed[rows])
        } else {
            first &+= UInt32(truncatingIfNeeded: rows.lowerBound)
        }
        if let places { self.places = Array(places[rows]) }
    }

    /// Keeps the first rows.
    mutating func truncate(to count: Int) {
        if let listed { self.listed = Array(listed.prefix(count)) }
        if let places { self.places = Array(places.prefix(count)) }
        if count == 0 { (listed, places, origins) = (nil, nil, [current]) }
    }

    /// Restarts at number 1 of the first place of the current origin.
    mutating func restart() {
        current.others.removeAll()
        next = 1
    }

    private mutating func list(_ count: Int) {
        guard listed == nil else { return }
        listed = (0..<count).map { first &+ UInt32(truncatingIfNeeded: $0) }
    }
}
