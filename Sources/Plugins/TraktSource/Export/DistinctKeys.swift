/// Counts different numbers, such as the ids of plays, in about two bytes for each.
///
///     pending   in order of arrival, 65,536 at most
///     runs      sorted; each number as its difference to the one before it, seven bits to a byte;
///               each run is more than twice as long as the one after it
///
/// Adding a number again changes nothing.
struct DistinctKeys: Sendable {
    private var pending: [UInt64] = []
    private var runs: [Run] = []

    /// How many numbers are sorted at a time.
    private static let pendingLimit = 65_536

    /// Adds numbers.
    mutating func add(_ keys: [UInt64]) {
        pending += keys
        if pending.count >= Self.pendingLimit { settle() }
    }

    /// The number of different numbers that were added.
    mutating func count() -> Int {
        settle()
        while runs.count > 1 { mergeLast() }
        return runs.first?.count ?? 0
    }

    private mutating func settle() {
        guard !pending.isEmpty else { return }
        pending.sort()
        var run = Run()
        for key in pending { run.append(key) }
        pending.removeAll(keepingCapacity: true)
        runs.append(run)
        while runs.count > 1, runs[runs.count - 2].count <= 2 * runs[runs.count - 1].count { mergeLast() }
    }

    private mutating func mergeLast() {
        let right = runs.removeLast()
        let left = runs.removeLast()
        runs.append(Run(left, right))
    }

    /// Sorted numbers, each once.
    private struct Run: Sendable {
        private(set) var count = 0
        private var last: UInt64 = 0
        private var bytes: [UInt8] = []

        init() {}

        init(_ left: Run, _ right: Run) {
            bytes.reserveCapacity(left.bytes.count + right.bytes.count)
            var (left, right) = (Reader(left.bytes), Reader(right.bytes))
            while let least = min(left.key, right.key) {
                append(least)
                if left.key == least { left.advance() }
                if right.key == least { right.advance() }
            }
        }

        /// Appends a number that is not less than the last one.
        mutating func append(_ key: UInt64) {
            guard count == 0 || key > last else { return }
            var difference = key &- last
            while difference > 0x7F {
                bytes.append(UInt8(truncatingIfNeeded: difference) | 0x80)
                difference >>= 7
            }
            bytes.append(UInt8(truncatingIfNeeded: difference))
            last = key
            count += 1
        }

        private func min(_ left: UInt64?, _ right: UInt64?) -> UInt64? {
            guard let left, let right else { return left ?? right }
            return Swift.min(left, right)
        }
    }

    /// The numbers of a run, one after the other.
    private struct Reader {
        private let bytes: [UInt8]
        private var next = 0
        private(set) var key: UInt64?

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            advance()
        }

        mutating func advance() {
            guard next < bytes.count else {
                key = nil
                return
            }
            var (difference, shift): (UInt64, UInt64) = (0, 0)
            while true {
                let byte = bytes[next]
                next += 1
                difference |= UInt64(byte & 0x7F) &<< shift
                shift += 7
                if byte < 0x80 { break }
            }
            key = (key ?? 0) &+ difference
        }
    }
}
