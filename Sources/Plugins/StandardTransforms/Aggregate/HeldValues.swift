internal import PluginKit

/// Which value of a group is held.
enum HeldValue {
    case first, last, smallest, largest
}

/// Holds the first or last number, instant, date or boolean of each group.
final class HeldWords: Accumulator {
    private let field: Field
    private let isLast: Bool
    private var words: [UInt64] = []
    private var hasValue: [Bool] = []

    init(_ field: Field, isLast: Bool) {
        self.field = field
        self.isLast = isLast
    }

    var memory: Int { 14 * words.count }

    func grow(to count: Int) {
        guard words.count < count else { return }
        hasValue.append(contentsOf: repeatElement(false, count: count - words.count))
        words.append(contentsOf: repeatElement(0, count: count - words.count))
    }

    func removeAll() {
        words.removeAll(keepingCapacity: true)
        hasValue.removeAll(keepingCapacity: true)
    }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        let isLast = isLast
        batch.withMemory(of: [field]) { columns in
            let column = columns[0]
            // Through buffers: an array of an object is checked for other holders with each access.
            words.withUnsafeMutableBufferPointer { words in
                hasValue.withUnsafeMutableBufferPointer { hasValue in
                    for (row, group) in groups.enumerated() where column.hasValue(row) {
                        guard isLast || !hasValue[Int(group)] else { continue }
                        words[Int(group)] = column.words[row]
                        hasValue[Int(group)] = true
                    }
                }
            }
        }
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        hasValue[group].write(to: &writer)
        writer.write(Int64(bitPattern: words[group]))
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        let (has, word) = (try Bool(from: &reader), try reader.readInteger())
        guard has, isLast || !hasValue[group] else { return }
        words[group] = UInt64(bitPattern: word)
        hasValue[group] = true
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        if hasValue[group] { row.put(word: words[group], at: field.index) }
        return nil
    }
}

/// Holds a text, bytes or a decimal number of each group.
final class HeldBytes: Accumulator {
    private let field: Field
    private let held: HeldValue
    private var values: [[UInt8]?] = []
    private var decimals: [ExactDecimal?] = []
    private var bytes = 0

    init(_ field: Field, holding held: HeldValue) {
        self.field = field
        self.held = held
    }

    var memory: Int { 12 * values.count + 48 * decimals.count + bytes }

    func grow(to count: Int) {
        if field.kind == .decimal {
            if decimals.count < count { decimals.append(contentsOf: repeatElement(nil, count: count - decimals.count)) }
        } else if values.count < count {
            values.append(contentsOf: repeatElement(nil, count: count - values.count))
        }
    }

    func removeAll() {
        values.removeAll(keepingCapacity: true)
        decimals.removeAll(keepingCapacity: true)
        bytes = 0
    }

    func add(_ batch: borrowing Batch, groups: [UInt32]) {
        for (row, group) in groups.enumerated() {
            switch field.kind {
            case .text: if let text = batch.utf8(row, in: field) { put(text, in: Int(group)) }
            case .bytes: if let bytes = batch.bytes(row, in: field) { put(bytes, in: Int(group)) }
            default: if let decimal = batch.decimal(row, in: field) { put(decimal, in: Int(group)) }
            }
        }
    }

    private func put(_ value: Span<UInt8>, in group: Int) {
        if let own = values[group] {
            switch held {
            case .first: return
            case .last: break
            case .smallest: if !isLess(value, own.span) { return }
            case .largest: if !isLess(own.span, value) { return }
            }
            bytes -= own.count
        } else {
            bytes += 48
        }
        bytes += value.count
        values[group] = value.withUnsafeBufferPointer { Array($0) }
    }

    private func isLess(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { left.lexicographicallyPrecedes($0) }
        }
    }

    private func put(_ value: ExactDecimal, in group: Int) {
        if let own = decimals[group] {
            switch held {
            case .first: return
            case .last: break
            case .smallest: if own <= value { return }
            case .largest: if value <= own { return }
            }
        }
        decimals[group] = value
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        if field.kind == .decimal {
            decimals[group].write(to: &writer)
        } else {
            values[group].write(to: &writer)
        }
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        if field.kind == .decimal {
            if let decimal = try ExactDecimal?(from: &reader) { put(decimal, in: group) }
        } else if let value = try [UInt8]?(from: &reader) {
            put(value.span, in: group)
        }
    }

    func finish(_ group: Int, into row: inout RowWriter, field: Field, isMean: Bool) -> String? {
        if field.kind == .decimal {
            if let decimal = decimals[group] { row.set(decimal, in: field) }
        } else if let value = values[group] {
            if field.kind == .text {
                row.set(utf8: value.span, in: field)
            } else {
                row.set(bytes: value.span, in: field)
            }
        }
        return nil
    }
}
