internal import PluginKit
internal import Sorting

/// What happens to a row that is not written unchanged: an exception, stored with the row's offset.
///
/// As the lower half of a sort key: action(2), and then either the order of another row (52 bits), or whether it is a
/// rewatch (bit 4) and its rating (bits 0 to 3).
enum Decision {
    /// The row is not written.
    case drop
    /// The row is not written; its tags and review go to the row of the same film with this order.
    case contribute(to: RowOrder)
    /// The row is written with this rating.
    case write(isRewatch: Bool, rating: UInt8)

    var bits: UInt64 {
        switch self {
        case .drop: 0
        case .contribute(let order): 1 << 62 | order.bits
        case .write(let isRewatch, let rating): 2 << 62 | (isRewatch ? 1 << 4 : 0) | UInt64(rating)
        }
    }

    init(bits: UInt64) {
        switch bits >> 62 {
        case 0: self = .drop
        case 1: self = .contribute(to: RowOrder(bits: bits & RowOrder.mask))
        default: self = .write(isRewatch: bits & 1 << 4 != 0, rating: UInt8(truncatingIfNeeded: bits & 0xF))
        }
    }
}

/// The exceptions, added in any order and returned in that of the rows.
struct Decisions: ~Copyable {
    private var sort: ExternalSort

    init(near path: String) { sort = ExternalSort(near: path) }

    mutating func add(_ decision: Decision, for offset: UInt64) throws(Diagnostic) {
        try sort.add(SortKey(offset, then: decision.bits), payload: Span())
    }

    consuming func sorted() throws(Diagnostic) -> Sorted { Sorted(try sort.sorted()) }

    /// The exceptions in the order of the rows.
    struct Sorted: ~Copyable {
        private var decisions: ExternalSort.Sorted
        private var upcoming: SortKey?
        private var isStarted = false

        init(_ decisions: consuming ExternalSort.Sorted) { self.decisions = decisions }

        /// The exception for a row after those requested before; nil if there is none.
        mutating func decision(for offset: Int) throws(Diagnostic) -> Decision? {
            if !isStarted {
                isStarted = true
                try advance()
            }
            guard let found = upcoming, found.high == UInt64(offset) else { return nil }
            try advance()
            return Decision(bits: found.low)
        }

        private mutating func advance() throws(Diagnostic) {
            var found: SortKey?
            _ = try decisions.next { (key, _) throws(Diagnostic) in found = key }
            upcoming = found
        }
    }
}
