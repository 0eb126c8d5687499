internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records
internal import Pipelines

/// How far an incremental source has got: the greatest value, and the keys of the records that a later run reads again.
///
/// If all keys are kept (`NodeIncrement.keepsAllKeys`), they are the keys of all records that were ever delivered.
struct IncrementEdge: Sendable, Hashable {
    /// The greatest value of the column that grows; nil if there was none.
    private(set) var greatest: Int64?
    /// The keys of records at the edge, or of all, with their values.
    private(set) var keys: [[UInt8]: Int64] = [:]
    /// Whether the keys are those of all records that were delivered.
    private(set) var hasAllKeys = false
    /// When the source was last read completely, in microseconds since 1970-01-01T00:00:00Z; nil if unknown.
    var readWhole: Int64?
    /// Whether the column that grows is a time; nil if an earlier version has stored the edge, in milliseconds.
    private var isTime: Bool?
    /// How many records below the bookmark the source counts without delivering them.
    var uncounted = 0
    /// The least value of the records that were left out because they are dated in the future; nil if there was none.
    private(set) var due: Int64?

    /// The reason for leaving out records that are dated in the future.
    static let notYet = "not yet"
    /// Stands for the value of a delivered record without a value.
    private static let none = Int64.min
    /// Stands for the value of a delivered record that the source no longer has.
    private static let gone = Int64.max

    init() {}

    /// The edge of a run that continues from this one.
    ///
    /// - Parameters:
    ///   - increment: How the source grows.
    ///   - since: The least value that the run reads; nil if it reads everything.
    ///   - present: The latest value that may be delivered, in microseconds.
    /// - Returns: The edge before the first record of that run.
    func next(_ increment: NodeIncrement, since: Int64?, present: Int64) -> IncrementEdge {
        var next = self
        next.due = nil
        next.isTime = increment.isInstant
        guard increment.keepsAllKeys else { return next }
        // Records are considered removed until they are read again.
        next.keys = keys.mapValues { $0 >= since ?? .min ? Self.gone : $0 }
        if since == nil {
            next.hasAllKeys = true
            next.readWhole = present
        }
        return next
    }

    /// The edge of a first run, which reads everything.
    static func first(_ increment: NodeIncrement, present: Int64) -> IncrementEdge {
        IncrementEdge().next(increment, since: nil, present: present)
    }

    /// Notes the records of a page, and filters those that an earlier run has delivered or that are dated in the
    /// future.
    ///
    /// - Parameters:
    ///   - batch: The page.
    ///   - increment: How the source grows.
    ///   - known: What earlier runs have delivered; nil if this is the first.
    ///   - present: The latest value that may be delivered, in microseconds.
    /// - Returns: The first few records that are dated in the future.
    mutating func take(
        _ batch: inout Batch,
        increment: NodeIncrement,
        known: IncrementEdge?,
        present: Int64
    ) -> [NotYet.Record] {
        var later: [NotYet.Record] = []
        for row in 0..<batch.count {
            let value = Self.value(batch, row: row, increment: increment)
            let isLater = increment.isInstant && value ?? .min > present
            let isKnown = known?.has(batch, row: row, increment: increment, value: value) ?? false
            if isLater, !isKnown {
                due = min(due ?? .max, value ?? .max)
                if later.count < NotYet.mostNamed { later.append(NotYet.Record(batch, row: row, increment: increment)) }
                continue
            }
            if increment.keepsAllKeys {
                keys[Self.key(batch, row: row, increment: increment)] = value ?? Self.none
            } else if let value, value >= lowest(greatest, lag: increment.lag) {
                keys[Self.key(batch, row: row, increment: increment)] = value
            }
            if let value, !isLater, value > greatest ?? .min { greatest = value }
        }
        forget(increment)
        if let known {
            batch.keep(orFilterAs: "delivered by an earlier run") { batch, row in
                !known.has(
                    batch,
                    row: row,
                    increment: increment,
                    value: Self.value(batch, row: row, increment: increment)
                )
            }
        }
        if due != nil {
            batch.keep(orFilterAs: Self.notYet) { batch, row in
                Self.value(batch, row: row, increment: increment) ?? .min <= present
            }
        }
        return later
    }

    /// Adds what was noted of another page.
    mutating func add(_ other: IncrementEdge, increment: NodeIncrement) {
        if let value = other.greatest, value > greatest ?? .min { greatest = value }
        if let value = other.due { due = min(due ?? .max, value) }
        keys.merge(other.keys) { increment.keepsAllKeys ? $1 : max($0, $1) }
        forget(increment)
    }

    /// The edge, limited to a time: the clock may have been ahead when it was stored.
    func upTo(_ present: Int64, increment: NodeIncrement) -> IncrementEdge {
        var edge = self
        if increment.isInstant, let greatest { edge.greatest = min(greatest, present) }
        return edge
    }

    /// Whether an earlier run has delivered a record.
    private func has(
        _ batch: borrowing Batch,
        row: Int,
        increment: NodeIncrement,
        value: Int64?
    ) -> Bool {
        // Earlier versions did not store keys; they have delivered everything up to the greatest value.
        if increment.keepsAllKeys, !hasAllKeys, value ?? .min < since(increment) ?? .min { return true }
        guard increment.keepsAllKeys || value != nil, !keys.isEmpty,
            let known = keys[Self.key(batch, row: row, increment: increment)]
        else { return false }
        // A record that has changed since is new, unless it is known by its key.
        return known == value || increment.isKnownByKey
    }

    /// The least value that a run has to read, so that it misses nothing.
    func since(_ increment: NodeIncrement) -> Int64? { since(lag: increment.lag) }

    /// The least value that is read again because of a lag, in the unit of the value; nil if nothing has been read.
    func since(lag: Int64) -> Int64? { greatest.map { lowest($0, lag: lag) } }

    /// The greatest value as text, as bookmarks state it: a time, a number, or `-` if no record had a value.
    var place: String {
        guard let greatest else { return "-" }
        return isTime == true ? ISO8601.text(ofMicroseconds: greatest) : "\(greatest)"
    }

    /// The time that the text of a bookmark states; nil if it does not state one.
    ///
    /// Earlier versions stated it as a number of milliseconds.
    static func moment(of place: String) -> Int64? {
        Int64(place).map { $0.multiplied(clamped: 1000) } ?? ISO8601.microseconds(of: place.utf8.span)
    }

    /// How many of the known records have a lesser value, or no value.
    func count(below value: Int64) -> Int { keys.values.count { $0 < value } }

    /// How many of the known records the source no longer has.
    var goneCount: Int { keys.values.count { $0 == Self.gone } }

    private func lowest(_ greatest: Int64?, lag: Int64) -> Int64 {
        guard let greatest else { return .min }
        let (lowest, overflow) = greatest.subtractingReportingOverflow(lag)
        return overflow ? .min : lowest
    }

    private mutating func forget(_ increment: NodeIncrement) {
        guard !increment.keepsAllKeys else { return }
        let lowest = lowest(greatest, lag: increment.lag)
        if keys.values.contains(where: { $0 < lowest }) { keys = keys.filter { $0.value >= lowest } }
    }

    private static func value(_ batch: borrowing Batch, row: Int, increment: NodeIncrement) -> Int64? {
        increment.isInstant ? batch.instant(row, in: increment.value) : batch.integer(row, in: increment.value)
    }

    private static func key(_ batch: borrowing Batch, row: Int, increment: NodeIncrement) -> [UInt8] {
        var writer = StateWriter()
        for field in increment.key {
            // Equal numbers are one key, whatever zeros they end with.
            let number = field.kind == .decimal ? batch.decimal(row, in: field)?.normalized : nil
            (number.map(Value.decimal) ?? batch[row, field]).write(to: &writer)
        }
        return writer.bytes
    }
}

extension IncrementEdge: StoredState {
    func write(to writer: inout StateWriter) {
        Self.write(greatest, to: &writer)
        writer.write(Int64(keys.count))
        for (key, value) in keys.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            writer.write(key)
            writer.write(value)
        }
        writer.write(hasAllKeys ? 1 : 0)
        Self.write(readWhole, to: &writer)
        writer.write(Int64(uncounted))
        Self.write(due, to: &writer)
        writer.write(isTime == true ? 1 : 0)
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        greatest = try Self.read(&reader)
        for _ in 0..<(try reader.readCount()) {
            let key = try reader.readBytes()
            keys[key] = try reader.readInteger()
        }
        // The edges of earlier versions end here.
        guard !reader.isAtEnd else { return }
        hasAllKeys = try reader.readInteger() == 1
        readWhole = try Self.read(&reader)
        uncounted = try reader.readAmount()
        due = try Self.read(&reader)
        guard !reader.isAtEnd else { return }
        isTime = try reader.readInteger() == 1
    }

    /// Whether a version that counted in milliseconds has stored it.
    var isOfEarlierVersion: Bool { isTime == nil }

    /// Changes the values of all records, except those that stand for no value.
    mutating func convertValues(_ converted: (Int64) throws(Diagnostic) -> Int64) throws(Diagnostic) {
        if let value = greatest { greatest = try converted(value) }
        if let value = due { due = try converted(value) }
        for (key, value) in keys where value != Self.none && value != Self.gone { keys[key] = try converted(value) }
    }

    /// Changes all keys.
    mutating func convertKeys(_ converted: ([UInt8]) throws(Diagnostic) -> [UInt8]) throws(Diagnostic) {
        var changed: [[UInt8]: Int64] = [:]
        for (key, value) in keys { changed[try converted(key)] = value }
        keys = changed
    }

    private static func write(_ number: Int64?, to writer: inout StateWriter) {
        writer.write(number == nil ? 0 : 1)
        writer.write(number ?? 0)
    }

    private static func read(_ reader: inout StateReader) throws(Diagnostic) -> Int64? {
        let isKnown = try reader.readInteger() == 1
        let value = try reader.readInteger()
        return isKnown ? value : nil
    }
}
