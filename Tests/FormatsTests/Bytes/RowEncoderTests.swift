import PluginTestKit
import Records
import TestTags
import Testing

@testable import Formats

/// The encoders of whole batches write what the writers of single values write.
@Suite(.tags(.fuzz)) struct RowEncoderTests {
    private static let schema: Schema = [
        "text": .text, "integer": .integer, "real": .real, "boolean": .boolean, "instant": .instant, "date": .date,
        "decimal": .decimal, "bytes": .bytes, "other": .text,
    ]

    private static func value(of kind: Schema.Kind, _ numbers: inout SeededNumbers) -> Value {
        if Int.random(in: 0..<5, using: &numbers) == 0 { return .null }
        switch kind {
        case .text:
            let letters = Array("abcdefgh é日🎬\"\\\n\r,;'=\t\u{1}\u{FEFF}")
            // Now and then more than a block of rows may hold.
            let most = Int.random(in: 0..<400, using: &numbers) == 0 ? 70_000 : 40
            let count = Int.random(in: 0...most, using: &numbers)
            let isPlain = Bool.random(using: &numbers)
            return .text(
                String((0..<count).map { _ in isPlain ? "x" : letters.randomElement(using: &numbers) ?? "x" })
            )
        case .integer: return .integer(Int64.random(in: .min ... .max, using: &numbers))
        case .real: return .real(Double(Int.random(in: -5000...5000, using: &numbers)) / 8)
        case .boolean: return .boolean(Bool.random(using: &numbers))
        case .instant: return .instant(Int64.random(in: .min ... .max, using: &numbers))
        case .date: return .date(Int32.random(in: .min ... .max, using: &numbers))
        case .decimal:
            let number = Int128(Int64.random(in: .min ... .max, using: &numbers))
            return ExactDecimal(coefficient: number, scale: Int.random(in: 0...38, using: &numbers))
                .map(Value.decimal) ?? .null
        case .bytes:
            let count = Int.random(in: 0...20, using: &numbers)
            return .bytes((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &numbers) })
        }
    }

    private static func batch(_ seed: Int) -> Batch {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let records = (0..<700).map { _ in schema.columns.map { value(of: $0.kind, &numbers) } }
        return Batch(schema, records: records)
    }

    private static let dialects = [
        CSVDialect(), CSVDialect(separator: ";", lineEnd: .crlf), CSVDialect(quoteStyle: .backslash),
        CSVDialect(quoting: .always),
    ]

    @Test(arguments: 0..<4) func `CSV of a batch is that of its values`(seed: Int) {
        let (batch, dialect) = (Self.batch(seed), Self.dialects[seed])
        var cells = CSVRowEncoder.Cells()
        cells.quotesEmptyText = false
        var encoder = CSVRowEncoder(Self.schema.fields, dialect: dialect, cells: cells)
        var bytes: [UInt8] = []
        for rows in [0..<3, 3..<3, 3..<600, 600..<700] { encoder.append(rows, of: batch, to: &bytes) }
        var csv = CSVWriter(dialect)
        for record in batch.records {
            for value in record {
                switch value {
                case .null: csv.appendEmpty()
                case .text(let text): csv.append(text)
                case .integer(let integer): csv.append(integer)
                case .real(let real): csv.append(real.description)
                case .boolean(let boolean): csv.append(boolean ? "true" : "false")
                case .instant(let instant): csv.append(instant: instant)
                case .date(let days): csv.append(CivilDate(daysSince1970: days))
                case .decimal(let decimal): csv.append(decimal)
                case .bytes(let bytes): csv.append(bytes: bytes.span)
                }
            }
            csv.endRecord()
        }
        #expect(bytes == csv.bytes)
    }

    @Test(arguments: 0..<4) func `JSON of a batch is that of its values`(seed: Int) {
        let batch = Self.batch(100 + seed)
        var encoder = JSONRowEncoder(
            Self.schema.fields,
            of: Self.schema,
            names: Self.schema.names,
            form: .lines,
            writesNulls: seed % 2 == 1
        )
        var bytes: [UInt8] = []
        for rows in [0..<3, 3..<3, 3..<600, 600..<700] { encoder.append(rows, of: batch, to: &bytes) }
        var json = JSONWriter()
        for record in batch.records {
            json.object { object in
                for (name, value) in zip(Self.schema.names, record) where value != .null || seed % 2 == 1 {
                    object.key(name)
                    switch value {
                    case .null: object.writeNull()
                    case .text(let text): object.write(text)
                    case .integer(let integer): object.write(integer)
                    case .real(let real): object.write(real)
                    case .boolean(let boolean): object.write(boolean)
                    case .instant(let instant): object.write(ISO8601.text(ofMicroseconds: instant))
                    case .date(let days): object.write(CivilDate(daysSince1970: days).description)
                    case .decimal(let decimal): object.write(decimal)
                    case .bytes(let bytes): object.write(Base64.text(of: bytes.span))
                    }
                }
            }
            json.endLine()
        }
        #expect(bytes == json.bytes)
    }
}
