internal import PluginKit

/// Which value of a group is held.
enum HeldValue {
    case first, last, smallest, largest
}

/// Holds a number, an instant, a date or a boolean of each group.
final class HeldWords: Accumulator {
    private let field: Field
    private let held: HeldValue
    private var words: [UInt64] = []
    private var hasValue: [Bool] = []

    init(_ field: Field, holding held: HeldValue) {
        self.field = field
        self.held = held
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
        switch field.kind {
        case .integer: add(batch[integers: field], batch[presence: field], groups) { UInt64(bitPattern: $0) }
        case .instant: add(batch[instants: field], batch[presence: field], groups) { UInt64(bitPattern: $0) }
        case .date: add(batch[dates: field], batch[presence: field], groups) { UInt64(bitPattern: $0) }
        case .real: add(batch[reals: field], batch[presence: field], groups) { $0.bitPattern }
        default:
            for (row, group) in groups.enumerated() {
                if let value = batch.boolean(row, in: field) { put(value ? 1 : 0, in: Int(group)) }
            }
        }
    }

    @inline(__always)
    private func add<Number: BitwiseCopyable>(
        _ numbers: Span<Number>,
        _ presence: borrowing Presence,
        _ groups: [UInt32],
        _ word: (Number) -> UInt64
    ) {
        // Through buffers: an array of an object is checked for other holders with each access.
        words.withUnsafeMutableBufferPointer { words in
            hasValue.withUnsafeMutableBufferPointer { hasValue in
                for row in 0..<groups.count where presence[row] {
                    let (group, word) = (Int(groups[row]), word(numbers[row]))
                    guard !hasValue[group] || replaces(word, words[group]) else { continue }
                    words[group] = word
                    hasValue[group] = true
                }
            }
        }
    }

    /// Whether a later value takes the place of the one that is held.
    @inline(__always)
    private func replaces(_ word: UInt64, _ own: UInt64) -> Bool {
        switch held {
        case .first: false
        case .last: true
        case .smallest: isLess(word, own)
        case .largest: isLess(own, word)
        }
    }

    private func put(_ word: UInt64, in group: Int) {
        guard !hasValue[group] || replaces(word, words[group]) else { return }
        words[group] = word
        hasValue[group] = true
    }

    @inline(__always)
    private func isLess(_ left: UInt64, _ right: UInt64) -> Bool {
        field.kind == .real
            ? Double(bitPattern: left).isTotallyOrdered(belowOrEqualTo: Double(bitPattern: right)) && left != right
            : Int64(bitPattern: left) < Int64(bitPattern: right)
    }

    func write(_ group: Int, to writer: inout StateWriter) {
        hasValue[group].write(to: &writer)
        writer.write(Int64(bitPattern: words[group]))
    }

    func merge(into group: Int, from reader: inout StateReader) throws(Diagnostic) {
        let (has, word) = (try Bool(from: &reader), try reader.readInteger())
        if has { put(UInt64(bitPattern: word), in: group) }
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
