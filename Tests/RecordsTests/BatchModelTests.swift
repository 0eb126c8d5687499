import Diagnostics
import TestTags
import Testing

@testable import Records

/// A batch as one would write it without a thought for speed.
private struct Model {
    var columns: [Schema.Column]
    var rows: [(number: Int, values: [Value])] = []
    var nextNumber = 1
    var rejections: [Rejection] = []

    mutating func append(_ values: [Value]) {
        rows.append((nextNumber, values))
        nextNumber += 1
    }

    mutating func reject(_ row: Int, _ code: String, _ reason: String) {
        let (number, values) = rows.remove(at: row)
        let items = zip(columns, values).filter { $1 != .null }.map { Rejection.Item(name: $0.name, value: $1) }
        rejections.append(
            Rejection(code: code, reason: reason, position: "plays.json, record \(number)", record: items)
        )
    }
}

@Suite(.tags(.fuzz)) struct BatchModelTests {
    static let kinds: [(name: String, kind: Schema.Kind)] = [
        ("t", .text), ("i", .integer), ("r", .real), ("b", .boolean), ("m", .instant), ("t2", .text), ("i2", .integer),
        ("d", .date), ("n", .decimal), ("y", .bytes),
    ]

    /// Whatever is done to a batch, in whatever order, leaves what is left of the same done to a plain array.
    @Test(arguments: 0..<60)
    func `a batch is what a plain array would be`(seed: UInt64) throws {
        var numbers = SteadyNumbers(seed)
        let all = Self.kinds.map { Schema.Column($0.name, kind: $0.kind) }
        var model = Model(columns: Array(all.shuffled(using: &numbers).prefix(Int.random(in: 0...7, using: &numbers))))
        var batch = Batch(Schema(model.columns), capacity: Int.random(in: 0...10, using: &numbers))
        batch.origin = "plays.json"

        for _ in 0..<120 {
            change(&batch, &model, all, &numbers)

            #expect(batch.schema.names == model.columns.map(\.name))
            #expect(batch.count == model.rows.count)
            #expect(batch.isEmpty == model.rows.isEmpty)
            #expect(batch.records == model.rows.map(\.values))
            #expect(
                (0..<batch.count).map { batch.position(of: $0) } == model.rows.map { "plays.json, record \($0.number)" }
            )
            #expect(batch.rejections == model.rejections)
            #expect(batch == Batch(Schema(model.columns), records: model.rows.map(\.values)))
            checkSpans(batch, model)
            if let row = batch.records.indices.randomElement(using: &numbers) {
                check(batch, row, model.rows[row].values)
            }
        }
    }

    private func change(
        _ batch: inout Batch,
        _ model: inout Model,
        _ all: [Schema.Column],
        _ numbers: inout SteadyNumbers
    ) {
        let rows = model.rows.count
        let row = rows > 0 ? Int.random(in: 0..<rows, using: &numbers) : 0
        let column = model.columns.indices.randomElement(using: &numbers)
        switch Int.random(in: 0..<20, using: &numbers) {
        case 0...4:
            let values = model.columns.map { Self.value($0.kind, &numbers) }
            batch.append(values)
            model.append(values)
        case 5 where rows > 0 && column != nil:
            guard let column else { return }
            let value = Self.value(model.columns[column].kind, &numbers)
            let field = Field(index: column, kind: model.columns[column].kind)
            batch.replace(field) { batch, out in
                for other in 0..<rows {
                    if other == row { out.append(value) } else { out.append(other, of: batch, in: field) }
                }
            }
            model.rows[row].values[column] = value
        case 6:
            let parity = UInt64.random(in: 0...3, using: &numbers)
            let gone = batch.keep { batch, row in UInt64(batch.numbers[row]) % 4 != parity }
            model.rows.removeAll { UInt64($0.number) % 4 == parity }
            #expect(gone == rows - model.rows.count)
        case 7:
            batch.reject { batch, row in batch.numbers[row] % 5 == 0 ? ("test.fifth", "a fifth") : nil }
            while let index = model.rows.firstIndex(where: { $0.number % 5 == 0 }) {
                model.reject(index, "test.fifth", "a fifth")
            }
        case 8 where rows > 0:
            batch.reject(row, code: "test.one", because: "this one")
            model.reject(row, "test.one", "this one")
        case 9:
            let length = Int.random(in: 0...rows + 2, using: &numbers)
            batch.truncate(to: length)
            model.rows = Array(model.rows.prefix(length))
        case 10 where rows > 0:
            let list = (0..<Int.random(in: 0...rows + 3, using: &numbers))
                .map { _ in UInt32.random(in: 0..<UInt32(rows), using: &numbers) }
            batch = batch.withNotes(of: batch.gathered(list))
            model.rows = list.map { model.rows[Int($0)] }
        case 11:
            let columns = Array(all.shuffled(using: &numbers).prefix(Int.random(in: 0...7, using: &numbers)))
            batch.reshape(to: Schema(columns))
            let sources = columns.map { column in model.columns.firstIndex { $0.name == column.name } }
            for row in model.rows.indices {
                let old = model.rows[row].values
                model.rows[row].values = sources.map { $0.map { old[$0] } ?? .null }
            }
            model.columns = columns
        case 12:
            #expect(batch.takeRejections() == model.rejections)
            model.rejections = []
        case 13:
            // A batch that was copied does not see what happens to its copy.
            let copy = batch
            batch.append(model.columns.map { Self.value($0.kind, &numbers) })
            batch.truncate(to: 0)
            #expect(copy.records == model.rows.map(\.values))
            batch = copy
        case 14:
            var other = Batch(Schema(model.columns))
            other.number(from: 1000)
            let values = (0..<3).map { _ in model.columns.map { Self.value($0.kind, &numbers) } }
            for record in values { other.append(record) }
            let list = Array(
                ([1, 0, 2, 1] as [UInt32]).shuffled(using: &numbers).prefix(Int.random(in: 0...4, using: &numbers))
            )
            batch.append(list, of: other)
            for row in list {
                model.append(values[Int(row)])
                model.rows[model.rows.count - 1].number = 1000 + Int(row)
            }
        case 15 where Int.random(in: 0..<8, using: &numbers) == 0:
            batch.removeAll()
            model = Model(columns: model.columns)
        case 16:
            let lower = Int.random(in: 0...rows, using: &numbers)
            let upper = Int.random(in: lower...rows, using: &numbers)
            batch = batch.withNotes(of: batch.part(lower..<upper))
            model.rows = Array(model.rows[lower..<upper])
        case 17:
            // Enough that bits fill words, and blocks and heaps become larger ones.
            let count = Int.random(in: 0...150, using: &numbers)
            let records = (0..<count).map { _ in model.columns.map { Self.value($0.kind, &numbers) } }
            batch.append(records)
            for record in records { model.append(record) }
        case 18 where column != nil:
            guard let column else { return }
            let field = Field(index: column, kind: model.columns[column].kind)
            let parity = UInt32.random(in: 0...4, using: &numbers)
            batch.clear(field) { batch, row in batch.numbers[row] % 4 == parity }
            for row in model.rows.indices where model.rows[row].number % 4 == parity {
                model.rows[row].values[column] = .null
            }
        case 19:
            var writer = StateWriter()
            batch.write(to: &writer)
            var reader = StateReader(writer.bytes)
            guard let read = try? Batch(batch.schema, from: &reader) else {
                Issue.record("a batch that was stored cannot be read")
                return
            }
            #expect(reader.isAtEnd)
            batch = read
        default:
            let first = Int.random(in: 1...50, using: &numbers)
            batch.number(from: first)
            model.nextNumber = first
        }
    }

    /// Dense columns hold what the model holds, nulls as zeros.
    private func checkSpans(_ batch: Batch, _ model: Model) {
        for (index, column) in model.columns.enumerated() {
            let field = Field(index: index, kind: column.kind)
            let values = model.rows.map { $0.values[index] }
            let presence = batch[presence: field]
            #expect(presence.isFull == !values.contains(.null))
            for (row, value) in values.enumerated() where presence[row] != (value != .null) {
                Issue.record("the presence of \(column.name) in row \(row)")
            }
            switch column.kind {
            case .integer:
                let integers = batch[integers: field]
                let held = (0..<integers.count).map { presence[$0] ? Value.integer(integers[$0]) : .null }
                #expect(held == values)
            case .instant:
                let instants = batch[instants: field]
                let held = (0..<instants.count).map { presence[$0] ? Value.instant(instants[$0]) : .null }
                #expect(held == values)
            case .date:
                let dates = batch[dates: field]
                let held = (0..<dates.count).map { presence[$0] ? Value.date(Int32(dates[$0])) : .null }
                #expect(held == values)
            case .decimal:
                let decimals = batch[decimals: field]
                let held = (0..<decimals.count).map { decimals[$0].map(Value.decimal) ?? .null }
                #expect(held == values)
                // The text counts too, not the value alone.
                #expect(held.map { "\($0)" } == values.map { "\($0)" })
            case .bytes:
                let all = batch[bytes: field]
                var held: [Value] = []
                for row in 0..<all.count {
                    if let bytes = all[row] {
                        held.append(.bytes(bytes.withUnsafeBufferPointer { Array($0) }))
                    } else {
                        held.append(.null)
                    }
                }
                #expect(held == values)
            case .real:
                let reals = batch[reals: field]
                let held = (0..<reals.count).map { presence[$0] ? Value.real(reals[$0]) : .null }
                #expect(held == values)
            case .boolean:
                let booleans = batch[booleans: field]
                let held = (0..<booleans.count).map { presence[$0] ? Value.boolean(booleans[$0]) : .null }
                #expect(held == values)
            case .text:
                let texts = batch[texts: field]
                var held: [Value] = []
                for row in 0..<texts.count {
                    guard let text = texts[row] else {
                        held.append(.null)
                        continue
                    }
                    held.append(.text(String(decoding: text.withUnsafeBufferPointer { Array($0) }, as: UTF8.self)))
                }
                #expect(held == values)
            }
        }
    }

    /// Each way of reading a cell says what the model says, or nothing if it is of another kind.
    private func check(_ batch: Batch, _ row: Int, _ values: [Value]) {
        for (index, value) in values.enumerated() {
            let field = Field(index: index, kind: batch.schema.columns[index].kind)
            #expect(batch[row, field] == value)
            #expect(batch.isNull(row, in: field) == (value == .null))
            func present(_ kind: Schema.Kind) -> Value? {
                field.kind == kind && value != .null ? value : Optional.none
            }
            #expect(batch.integer(row, in: field).map(Value.integer) == present(.integer))
            #expect(batch.real(row, in: field).map(Value.real) == present(.real))
            #expect(batch.boolean(row, in: field).map(Value.boolean) == present(.boolean))
            #expect(batch.instant(row, in: field).map(Value.instant) == present(.instant))
            #expect(batch.date(row, in: field).map(Value.date) == present(.date))
            #expect(batch.decimal(row, in: field).map(Value.decimal) == present(.decimal))
            if let bytes = batch.bytes(row, in: field) {
                #expect(.bytes(bytes.withUnsafeBufferPointer { Array($0) }) == present(.bytes))
            } else {
                #expect(present(.bytes) == nil)
            }
            #expect(batch.text(row, in: field).map(Value.text) == present(.text))
            if case .text(let text) = value {
                #expect(batch.text(row, in: field, equals: Array(text.utf8)))
                #expect(!batch.text(row, in: field, equals: Array((text + "x").utf8)))
                let count = batch.utf8(row, in: field)?.count
                #expect(count == text.utf8.count)
            } else {
                #expect(!batch.text(row, in: field, equals: []))
            }
        }
    }

    private static func value(_ kind: Schema.Kind, _ numbers: inout SteadyNumbers) -> Value {
        if Int.random(in: 0..<5, using: &numbers) == 0 { return .null }
        return switch kind {
        case .text: .text(String(repeating: "é日🎬x", count: Int.random(in: 0...4, using: &numbers)))
        case .integer: .integer(Int64.random(in: .min ... .max, using: &numbers))
        case .real: .real(Double.random(in: -1e9...1e9, using: &numbers))
        case .boolean: .boolean(Bool.random(using: &numbers))
        case .instant: .instant(Int64.random(in: .min ... .max, using: &numbers))
        case .date: .date(Int32.random(in: .min ... .max, using: &numbers))
        case .decimal:
            ExactDecimal(
                coefficient: Int128(Int64.random(in: .min ... .max, using: &numbers)) << 40,
                scale: Int.random(in: 0...38, using: &numbers)
            ).map(Value.decimal) ?? .null
        case .bytes: .bytes((0..<Int.random(in: 0...20, using: &numbers)).map { UInt8(truncatingIfNeeded: $0 &* 97) })
        }
    }
}

extension Batch {
    /// Other records with the rejections of this batch.
    fileprivate func withNotes(of other: Batch) -> Batch {
        var (made, notes) = (other, self)
        made.adopt(notesOf: &notes)
        made.numbers.next = numbers.next
        return made
    }
}
