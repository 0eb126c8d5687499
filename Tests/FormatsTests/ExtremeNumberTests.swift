import Diagnostics
import PluginTestKit
import Records
import Testing

@testable import Formats

/// Numbers in every format that is read: any of them is a value, or damage, and none traps.
@Suite struct ExtremeNumberTests {
    @Test(arguments: Extremes.texts)
    func `a number of JSON is read, as a value and into columns`(text: String) throws {
        for number in [
            text, "-\(text)", "\(text).0", "\(text).\(text)", "\(text)e5", "1e\(text)", "1e-\(text)", "0e\(text)",
        ] {
            _ = try? JSONValue(parsing: Array("[\(number)]".utf8), name: "n")
            let value = try? JSONValue(parsing: Array("{\"n\":\(number)}".utf8), name: "n")
            if let integer = value?["n"]?.integer, let real = Double(number) { #expect(Double(integer) == real) }
            for kind in Schema.Kind.allCases {
                let schema = Schema([Schema.Column("n", kind: kind)])
                var batch = Batch(schema)
                let input = ChunkedBytes("[{\"n\":\(number)},{\"n\":\"\(number)\"}]")
                let rows = JSONRows([JSONRows.Column(["n"], into: Field(index: 0, kind: kind))])
                var reader = JSONRowReader(input, rows: rows, name: "n")
                _ = try? reader.read(into: &batch, atMost: 10)
            }
        }
    }

    @Test(arguments: Extremes.integers)
    func `a moment has a day in any zone, and a text`(moment: Int64) throws {
        let zone = try #require(POSIXTimeZone(parsing: Array("<+24>-24:59:59<-24>24:59:59,0/-167,J365/167".utf8)))
        let offsets = [-7 * 86_400 + 1, 7 * 86_400 - 1, 0]
        for rules in [
            TimeZoneRules.utc, TimeZoneRules(name: "a", transitions: [], offsets: [0], rule: zone),
            TimeZoneRules(name: "b", transitions: [.min, .max], offsets: offsets, rule: zone),
            TimeZoneRules(name: "c", transitions: [.min + 1, .max - 1], offsets: offsets, rule: nil),
        ] {
            var days = rules.localDays
            for moment in [moment, moment.addingReportingOverflow(1).partialValue] {
                _ = days.day(ofMicroseconds: moment)
                _ = rules.offset(at: moment)
            }
        }
        #expect(!ISO8601.text(ofMicroseconds: moment).isEmpty)
        #expect(!ISO8601.text(ofMilliseconds: moment).isEmpty)
        var bytes: [UInt8] = []
        CivilDate(daysSince1970: Int32(clamping: moment)).append(to: &bytes)
        #expect(!bytes.isEmpty)
        #expect((CivilDate(year: Int(moment), month: 1, day: 1) == nil) == (moment.magnitude > 5_000_000))
        #expect((CivilDate(year: 2000, month: Int(moment), day: Int(moment)) == nil) == (moment != 1))
    }

    @Test(arguments: Extremes.texts)
    func `a time may have any numbers in it`(text: String) {
        for time in [
            text, "\(text)-01-01", "2020-\(text)-01", "2020-01-\(text)", "2020-01-01T\(text):00:00Z",
            "2020-01-01T00:\(text):00Z",
            "2020-01-01T00:00:\(text)Z", "2020-01-01T00:00:00.\(text)Z", "2020-01-01T00:00:00+\(text)",
            "2020-01-01T00:00:00-\(text):\(text)",
        ] {
            guard let moment = ISO8601.microseconds(of: Array(time.utf8).span) else { continue }
            // From the year 1 to the year 9999, and a day of offset.
            #expect(-62_135_683_200_000_000...253_402_387_199_999_999 ~= moment, "\(time)")
        }
        for rule in [
            "ABC\(text)", "ABC0DEF\(text)", "ABC0DEF,\(text),J1", "ABC0DEF,J\(text),J1", "ABC0DEF,M\(text).1.1,J1",
            "ABC0DEF,M1.\(text).1,J1", "ABC0DEF,M1.1.\(text),J1", "ABC0DEF,J1/\(text),J2/\(text):\(text):\(text)",
        ] {
            guard let zone = POSIXTimeZone(parsing: Array(rule.utf8)) else { continue }
            for moment in Extremes.integers { #expect(abs(zone.stretch(around: moment).offset) <= 8 * 86_400) }
        }
    }

    @Test func `a zone's file may have any numbers in it`() throws {
        // The header, the second one behind the short data, and what comes first of the long data.
        let bytes = [UInt8](base64: try #require(ZoneFixture.all.first).file)
        let second = bytes.indices.dropFirst(4).first { bytes[$0...].starts(with: "TZif".utf8) } ?? 0
        for first in [0, second] {
            Self.overwrite(bytes, isBigEndian: true, from: first, to: min(first + 80, bytes.count)) { bytes in
                guard let rules = try? TimeZoneRules(parsing: bytes, name: "a") else { return }
                var days = rules.localDays
                for moment in [Int64.min, 0, 1_700_000_000, .max] {
                    _ = rules.offset(at: moment)
                    _ = days.day(ofMicroseconds: moment)
                }
            }
        }
    }

    @Test func `an archive may have any numbers in it`() throws {
        let foreign = ForeignArchiveTests.cases.map { [UInt8](base64: $0.base64) }.filter { $0.count < 400 }
        #expect(!foreign.isEmpty)
        for sample in [try DamagedArchiveTests.sample()] + foreign.prefix(1) {
            Self.overwrite(sample, isBigEndian: false, from: 0, to: sample.count) { bytes in
                guard let archive = try? ZIPArchive(bytes) else { return }
                _ = try? archive.contents()
            }
        }
    }

    @Test func `what is packed with gzip may have any numbers in it`() {
        let packed = GzipUnpackerTests.packed
        Self.overwrite(packed, isBigEndian: false, from: 0, to: packed.count) { bytes in
            guard var unpacker = GzipUnpacker() else { return }
            var output: [UInt8] = []
            try? bytes.withUnsafeBytes { try unpacker.unpack($0, into: &output, limit: 1 << 20) }
            try? unpacker.finish()
            #expect(output.count <= 1 << 20)
        }
    }

    @Test(arguments: Extremes.integers)
    func `numbers are written as they are`(number: Int64) {
        var json = JSONWriter()
        json.write(number)
        #expect(String(decoding: json.takeBytes(), as: UTF8.self) == "\(number)")
    }

    @Test(arguments: Extremes.reals)
    func `real numbers are written as JSON has them`(number: Double) throws {
        var json = JSONWriter()
        json.array { $0.write(number) }
        let value = try JSONValue(parsing: json.takeBytes(), name: "n")
        #expect(value[0]?.real == (number.isFinite ? number : nil))
    }

    /// Puts numbers that break things in the place of every two, four and eight bytes.
    private static func overwrite(
        _ bytes: [UInt8],
        isBigEndian: Bool,
        from first: Int,
        to last: Int,
        _ body: ([UInt8]) throws -> Void
    ) rethrows {
        let numbers: [(size: Int, values: [UInt64])] = [
            (2, [0xFFFF]), (4, [0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF]),
            (8, [1 << 56, 1 << 63 - 1, 1 << 63, .max]),
        ]
        for (size, values) in numbers where last >= size {
            for offset in first...(last - size) {
                for value in values {
                    var changed = bytes
                    for index in 0..<size {
                        let shift = 8 * (isBigEndian ? size - 1 - index : index)
                        changed[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(shift))
                    }
                    try body(changed)
                }
            }
        }
    }
}
