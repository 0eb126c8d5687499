internal import PluginKit
internal import Spilling

/// The groups of an aggregate.
///
///     records ──→ groups in memory ── too many, or the last record ──→ entries, sorted: a key, and a state so far
///             ──→ values of ordered functions, sorted: the key, the number of the function, the value
///     result  ←── for each key the states, combined, then the values
package struct AggregateMemory {
    private var groups: GroupTable
    /// The values of the key columns of each group.
    private var keys: Batch
    private let accumulators: [any Accumulator]
    /// The accumulator of each column.
    private let places: [Int]
    private var states: SortedEntries
    private var values: SortedEntries
    /// The number of values of texts to join so far.
    private var joined: Int64 = 0
    private let files: SpillFolder
    /// The groups at the last checkpoint.
    private var stored: SpillFile?

    init(_ aggregate: Aggregate, in files: SpillFolder) {
        groups = GroupTable(aggregate.order)
        keys = Batch(aggregate.keySchema)
        var (accumulators, places) = ([any Accumulator](), [Int]())
        for (number, column) in aggregate.columns.enumerated() {
            if let namesake = column.namesake(in: Array(aggregate.columns[..<number])) {
                places.append(places[namesake])
            } else {
                places.append(accumulators.count)
                accumulators.append(column.makeAccumulator())
            }
        }
        (self.accumulators, self.places) = (accumulators, places)
        states = SortedEntries(memory: aggregate.limit / 4, in: files)
        values = SortedEntries(memory: aggregate.limit / 4, in: files)
        self.files = files
        if aggregate.group.isEmpty { addGroup() }
    }

    /// Adds the only group of an aggregate without key columns.
    private mutating func addGroup() {
        groups.add([])
        for accumulator in accumulators { accumulator.grow(to: 1) }
    }

    private var memory: Int {
        accumulators.reduce(groups.memory + keys.count * keys.schema.width * 9 + keys.bytesOfText) { $0 + $1.memory }
    }

    /// The main memory of groups, states and values in bytes.
    var bytesInMemory: Int { memory + states.bytesInMemory + values.bytesInMemory }

    // MARK: Records

    mutating func add(_ batch: borrowing Batch, to aggregate: Aggregate) throws {
        var newRows: [UInt32] = []
        let numbers: [UInt32]
        if aggregate.group.isEmpty {
            numbers = [UInt32](repeating: 0, count: batch.count)
        } else {
            numbers = groups.groups(of: batch, newRows: &newRows)
        }
        if !newRows.isEmpty {
            var added = batch.gathered(newRows)
            added.reshape(to: aggregate.keySchema, from: aggregate.group.map(\.index))
            added.settle(origin: "", from: 1)
            keys.append(contentsOf: added)
        }
        for accumulator in accumulators {
            accumulator.grow(to: groups.count)
            accumulator.add(batch, groups: numbers)
        }
        for (number, column) in aggregate.columns.enumerated() where column.ordered != nil {
            try addValues(of: batch, groups: numbers, column, number: number)
        }
        // Half is for the entries, and each of these may take a quarter.
        if memory > aggregate.limit / 2 { try spill(aggregate) }
    }

    private mutating func addValues(
        of batch: borrowing Batch,
        groups numbers: [UInt32],
        _ column: AggregateColumn,
        number: Int
    ) throws(Diagnostic) {
        guard let field = column.field, let ordered = column.ordered else { return }
        let ownKeys = SortKeys(SortOrder([field]), of: batch)
        var (key, value) = ([UInt8](), [UInt8]())
        for row in 0..<batch.count where !batch.isNull(row, in: field) {
            key.removeAll(keepingCapacity: true)
            value.removeAll(keepingCapacity: true)
            groups.append(keyOf: Int(numbers[row]), to: &key)
            Self.append(number, to: &key)
            switch ordered {
            case .countDistinct: ownKeys.append(row, to: &key)
            case .quantile:
                ownKeys.append(row, to: &key)
                withUnsafeBytes(of: Self.real(row, of: batch, in: field).bitPattern) { value.append(contentsOf: $0) }
            case .joinText:
                withUnsafeBytes(of: joined.bigEndian) { key.append(contentsOf: $0) }
                joined += 1
                if let text = batch.utf8(row, in: field) {
                    text.withUnsafeBufferPointer { value.append(contentsOf: $0) }
                }
            }
            try values.add(key.span, value: value.span)
        }
    }

    /// Appends the number of a column in two bytes, so that keys of one column follow each other.
    private static func append(_ number: Int, to key: inout [UInt8]) {
        key.append(UInt8(truncatingIfNeeded: number >> 8))
        key.append(UInt8(truncatingIfNeeded: number))
    }

    private static func real(_ row: Int, of batch: borrowing Batch, in field: Field) -> Double {
        switch field.kind {
        case .integer: Double(batch.integer(row, in: field) ?? 0)
        case .decimal:
            batch.decimal(row, in: field).map { DecimalSum.real($0) } ?? 0
        default: batch.real(row, in: field) ?? 0
        }
    }

    /// Moves all groups to the sorted entries.
    private mutating func spill(_ aggregate: Aggregate) throws(Diagnostic) {
        for group in 0..<groups.count {
            let key = groups.key(of: group)
            var state = StateWriter()
            write(group, to: &state, aggregate)
            try states.add(key.span, value: state.bytes.span)
        }
        clear(aggregate)
    }

    private mutating func clear(_ aggregate: Aggregate) {
        groups.removeAll()
        keys = Batch(aggregate.keySchema)
        for accumulator in accumulators { accumulator.removeAll() }
        stored = nil
        if aggregate.group.isEmpty, !states.isSealed { addGroup() }
    }

    private func write(_ group: Int, to writer: inout StateWriter, _ aggregate: Aggregate) {
        for field in aggregate.keySchema.fields { keys[group, field].write(to: &writer) }
        for accumulator in accumulators { accumulator.write(group, to: &writer) }
    }

    // MARK: Results

    mutating func drain(into batch: inout Batch, atMost count: Int, of aggregate: Aggregate) throws -> Drained {
        if !states.isSealed {
            try spill(aggregate)
            try states.seal()
            clear(aggregate)
        }
        let first = batch.count
        var failures: [(row: Int, reason: String)] = []
        var key: [UInt8] = []
        try batch.appendRows(atMost: count) { row in
            while !row.isFull, row.endOfText < Batch.usualBytesOfText, try !states.isAtEnd() {
                try begin(&key, row: &row, aggregate)
                for (number, column) in aggregate.columns.enumerated() {
                    let field = Field(index: aggregate.group.count + number, kind: column.output.kind)
                    let failure =
                        column.ordered == nil
                        ? accumulators[places[number]].finish(0, into: &row, field: field, isMean: column.isMean)
                        : try finish(column, number: number, key: key, row: &row, field: field)
                    if let failure { failures.append((row.row, "\(column.call.literal): \(failure)")) }
                }
                row.endRow()
            }
        }
        try batch.checkText()
        var last = Int.max
        for failure in failures.reversed() where failure.row < last && failure.row >= first {
            batch.reject(failure.row, code: "aggregate.overflow", because: failure.reason)
            last = failure.row
        }
        return try states.isAtEnd() ? .end : .more
    }

    /// Combines the states of the next group, and writes its key columns.
    private mutating func begin(_ key: inout [UInt8], row: inout RowWriter, _ aggregate: Aggregate) throws {
        for accumulator in accumulators {
            accumulator.removeAll()
            accumulator.grow(to: 1)
        }
        var isFirst = true
        let fields = aggregate.keySchema.fields
        while try isFirst || states.isNext(key.span) {
            var bytes: [UInt8] = []
            let keyIsNew = isFirst
            _ = try states.next { nextKey, value in
                if keyIsNew { key = nextKey.withUnsafeBufferPointer { Array($0) } }
                bytes = value.withUnsafeBufferPointer { Array($0) }
            }
            var reader = StateReader(bytes)
            for field in fields {
                let value = try Value(from: &reader)
                if isFirst { row.set(value, in: field) }
            }
            for accumulator in accumulators { try accumulator.merge(into: 0, from: &reader) }
            isFirst = false
        }
    }

    /// Computes an ordered function of the values that follow.
    private mutating func finish(
        _ column: AggregateColumn,
        number: Int,
        key: [UInt8],
        row: inout RowWriter,
        field: Field
    ) throws -> String? {
        var prefix = key
        Self.append(number, to: &prefix)
        guard let ordered = column.ordered, let counter = accumulators[places[number]] as? CountAccumulator else {
            return nil
        }
        let count = counter.counts[0]
        switch ordered {
        case .countDistinct:
            var (distinct, last) = (Int64(0), [UInt8]())
            while try values.startsNext(with: prefix.span) {
                if try last.isEmpty || !values.isNext(last.span) { distinct += 1 }
                _ = try values.next { key, _ in last = key.withUnsafeBufferPointer { Array($0) } }
            }
            row.set(distinct, in: field)
        case .quantile(let share):
            let place = Double(max(count - 1, 0)) * share
            let (below, rest) = (Int64(place.rounded(.down)), place - place.rounded(.down))
            var (index, low, high) = (Int64(0), 0.0, 0.0)
            while try values.startsNext(with: prefix.span) {
                _ = try values.next { _, value in
                    let real = value.count == 8 ? value.bytes.unsafeLoadUnaligned(as: Double.self) : 0
                    if index == below { (low, high) = (real, real) }
                    if index == below + 1 { high = real }
                }
                index += 1
            }
            guard index > 0 else { return nil }
            let result = rest == 0 ? low : low + rest * (high - low)
            guard result.isFinite else { return "the result is no finite number" }
            row.set(result, in: field)
        case .joinText(let separator):
            var text: [UInt8] = []
            var (index, isTooLong) = (0, false)
            while try values.startsNext(with: prefix.span) {
                // What is too long is read to its end, since the values of other functions follow.
                if index > 0, !isTooLong { text.append(contentsOf: separator.utf8) }
                _ = try values.next { _, value in
                    isTooLong = isTooLong || text.count + value.count > Self.mostText
                    if !isTooLong { value.withUnsafeBufferPointer { text.append(contentsOf: $0) } }
                }
                index += 1
            }
            guard !isTooLong else { return "the joined text has more than 16 MiB" }
            if index > 0 { row.set(utf8: text.span, in: field) }
        }
        return nil
    }

    /// How many bytes a joined text may have.
    private static var mostText: Int { 16 << 20 }

    // MARK: Checkpoints

    mutating func store(to writer: inout StateWriter, of aggregate: Aggregate) throws(Diagnostic) {
        let hasGroups = groups.count > 0
        hasGroups.write(to: &writer)
        if hasGroups {
            let file = try files.makeFile()
            var block = StateWriter()
            for group in 0..<groups.count {
                block.write(groups.key(of: group))
                write(group, to: &block, aggregate)
                guard block.bytes.count > 256 << 10 || group + 1 == groups.count else { continue }
                try file.append(block.bytes.span)
                block = StateWriter()
            }
            writer.write(Int64(groups.count))
            file.store(to: &writer)
            stored = file
        }
        writer.write(joined)
        try states.store(to: &writer)
        try values.store(to: &writer)
    }

    init(_ aggregate: Aggregate, in files: SpillFolder, from reader: inout StateReader) throws {
        self.init(aggregate, in: files)
        groups.removeAll()
        for accumulator in accumulators { accumulator.removeAll() }
        if try Bool(from: &reader) {
            let count = try reader.readAmount()
            let file = try files.restore(from: &reader)
            var states = StateReader(try file.read(0..<file.count))
            var records: [[Value]] = []
            for group in 0..<count {
                groups.add(try states.readBytes())
                var record: [Value] = []
                for _ in 0..<aggregate.keySchema.width { record.append(try Value(from: &states)) }
                records.append(record)
                for accumulator in accumulators {
                    accumulator.grow(to: group + 1)
                    try accumulator.merge(into: group, from: &states)
                }
            }
            guard states.isAtEnd, groups.count == count else { throw StateReader.damaged }
            keys = Batch(aggregate.keySchema, records: records)
            stored = file
        }
        joined = try reader.readInteger()
        states = try SortedEntries(memory: aggregate.limit / 4, in: files, from: &reader)
        values = try SortedEntries(memory: aggregate.limit / 4, in: files, from: &reader)
    }
}
