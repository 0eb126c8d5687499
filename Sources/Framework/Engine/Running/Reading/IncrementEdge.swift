internal import Diagnostics
internal import PluginKit
internal import Records

/// How far an incremental source has got: the greatest value, and the keys of the records that a later run reads again.
struct IncrementEdge: Sendable, Hashable {
    /// The greatest value of the column that grows; nil if there was none.
    private(set) var greatest: Int64?
    /// The keys of records at the edge, with their values.
    private(set) var keys: [[UInt8]: Int64] = [:]

    init() {}

    /// Notes the records of a page.
    mutating func add(_ batch: borrowing Batch, _ increment: NodeIncrement) {
        for row in 0..<batch.count {
            guard let value = Self.value(batch, row, increment) else { continue }
            if value >= lowest(greatest, increment.lag) { keys[Self.key(batch, row, increment)] = value }
            if value > greatest ?? .min { greatest = value }
        }
        forget(increment.lag)
    }

    /// Notes what another page has noted.
    mutating func add(_ other: IncrementEdge, lag: Int64) {
        if let value = other.greatest, value > greatest ?? .min { greatest = value }
        keys.merge(other.keys) { max($0, $1) }
        forget(lag)
    }

    /// Takes out the records that have been delivered.
    func filter(_ batch: inout Batch, _ increment: NodeIncrement) {
        guard !keys.isEmpty else { return }
        batch.keep(orFilterAs: "delivered by an earlier run") { batch, row in
            guard let value = Self.value(batch, row, increment) else { return true }
            guard let known = keys[Self.key(batch, row, increment)] else { return true }
            // A record that has changed since is new, unless it is known by its key.
            return known != value && !increment.isKnownByKey
        }
    }

    /// The least value that a run has to read from, so that nothing is missed.
    func since(lag: Int64) -> Int64? { greatest.map { lowest($0, lag) } }

    private func lowest(_ greatest: Int64?, _ lag: Int64) -> Int64 {
        guard let greatest else { return .min }
        let (lowest, overflow) = greatest.subtractingReportingOverflow(lag)
        return overflow ? .min : lowest
    }

    private mutating func forget(_ lag: Int64) {
        let lowest = lowest(greatest, lag)
        if keys.values.contains(where: { $0 < lowest }) { keys = keys.filter { $0.value >= lowest } }
    }

    private static func value(_ batch: borrowing Batch, _ row: Int, _ increment: NodeIncrement) -> Int64? {
        increment.value.kind == .instant
            ? batch.instant(row, increment.value) : batch.integer(row, increment.value)
    }

    private static func key(_ batch: borrowing Batch, _ row: Int, _ increment: NodeIncrement) -> [UInt8] {
        var writer = StateWriter()
        for field in increment.key { batch[row, field].write(to: &writer) }
        return writer.bytes
    }
}

extension IncrementEdge: StoredState {
    func write(to writer: inout StateWriter) {
        writer.write(greatest == nil ? 0 : 1)
        writer.write(greatest ?? 0)
        writer.write(Int64(keys.count))
        for (key, value) in keys.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            writer.write(key)
            writer.write(value)
        }
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        let isKnown = try reader.readInteger() == 1
        let value = try reader.readInteger()
        greatest = isKnown ? value : nil
        for _ in 0..<(try reader.readCount()) {
            let key = try reader.readBytes()
            keys[key] = try reader.readInteger()
        }
    }
}
