import TestTags
import Testing

@testable import Formats

@Suite(.tags(.fuzz)) struct ISO8601Tests {
    func microseconds(_ text: String) -> Int64? { ISO8601.microseconds(of: Array(text.utf8).span) }

    struct Moment: CustomTestStringConvertible, Sendable {
        let text: String
        let microseconds: Int64
        var testDescription: String { text }
        init(_ text: String, _ microseconds: Int64) {
            self.text = text
            self.microseconds = microseconds
        }
    }

    // The numbers are GNU date's: `date -u -d 2014-09-01T09:10:11Z +%s`.
    @Test(arguments: [
        Moment("1970-01-01T00:00:00.000Z", 0),
        Moment("1970-01-01T00:00:00.001Z", 1_000),
        Moment("1969-12-31T23:59:59.999Z", -1_000),
        Moment("2014-09-01T09:10:11.000Z", 1_409_562_611_000_000),
        Moment("2014-09-01T09:10:11.987Z", 1_409_562_611_987_000),
        Moment("2014-09-01T09:10:11Z", 1_409_562_611_000_000),
        Moment("2014-09-01T09:10Z", 1_409_562_600_000_000),
        Moment("2014-09-01T09:10:11.9Z", 1_409_562_611_900_000),
        Moment("2014-09-01T09:10:11.987654Z", 1_409_562_611_987_654),
        Moment("2014-09-01T09:10:11.987654000000Z", 1_409_562_611_987_654),
        Moment("2014-09-01T09:10:11.9876Z", 1_409_562_611_987_600),
        Moment("1970-01-01T00:00:00.000001Z", 1),
        Moment("1969-12-31T23:59:59.999999Z", -1),
        Moment("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        Moment("2014-09-01T09:10:11,5Z", 1_409_562_611_500_000),
        Moment("2014-09-01t09:10:11.000z", 1_409_562_611_000_000),
        Moment("2014-09-01 09:10:11Z", 1_409_562_611_000_000),
        Moment("2014-09-01T11:10:11+02:00", 1_409_562_611_000_000),
        Moment("2014-09-01T11:10:11.000+0200", 1_409_562_611_000_000),
        Moment("2014-09-01T11:10:11+02", 1_409_562_611_000_000),
        Moment("2014-09-01T03:40:11.25-05:30", 1_409_562_611_250_000),
        Moment("2014-09-01T09:10:11-00:00", 1_409_562_611_000_000),
        Moment("2014-09-01", 1_409_529_600_000_000),
        Moment("2016-12-31T23:59:60.000Z", 1_483_228_800_000_000),
        Moment("2024-02-29T12:00:00.000Z", 1_709_208_000_000_000),
        Moment("2000-02-29T00:00:00.000Z", 951_782_400_000_000),
        Moment("0001-01-01T00:00:00.000Z", -62_135_596_800_000_000),
        Moment("9999-12-31T23:59:59.999Z", 253_402_300_799_999_000),
        Moment("1895-12-28T20:00:00.000Z", -2_335_492_800_000_000),
        Moment("2014-09-01T24:00:00.000Z", 1_409_616_000_000_000),
        Moment("2014-09-01T24:00Z", 1_409_616_000_000_000),
        Moment("2014-12-31T24:00:00+00:00", 1_420_070_400_000_000),
    ])
    func `a moment is read`(moment: Moment) {
        #expect(microseconds(moment.text) == moment.microseconds)
    }

    @Test(arguments: [
        "", "unknown", "2014", "2014-09", "2014-9-1", "2014-09-01T", "2014-09-01T09", "2014-09-01T09:10",
        "2014-09-01T09:10:11", "2014-09-01T09:10:11.Z", "2014-09-01T09:10:11.000", "2014-09-01T09:10:11.000ZZ",
        "2014-13-01T09:10:11.000Z", "2014-00-01T09:10:11.000Z", "2014-09-31T09:10:11.000Z",
        "2014-09-00T09:10:11.000Z", "2014-02-29T09:10:11.000Z", "1900-02-29T09:10:11.000Z",
        "2014-09-01T24:00:00.001Z", "2014-09-01T24:01Z", "2014-09-01T24:00:01Z", "2014-09-01T25:00:00.000Z",
        "2014-09-01T09:60:11.000Z", "2014-09-01T09:10:61.000Z",
        "0000-01-01T00:00:00.000Z", "2014-09-01T09:10:11.000+24:00", "2014-09-01T09:10:11.000+02:60",
        "2014-09-01T09:10:11.000+2:00", "2014-09-01X09:10:11.000Z", "2014/09/01T09:10:11.000Z",
        "-014-09-01T09:10:11.000Z", "2014-09-01T09:10:11.0ö0Z", " 2014-09-01", "2014-09-01T09:10:11.000é",
        "2014-09-01T09:10:11.9876543Z", "2014-09-01T09:10:11.0000001Z", "20140-9-01T09:10:11.000Z",
        "2014-09-01T09:10:11:000Z", ":014-09-01T09:10:11.000Z", "/014-09-01T09:10:11.000Z",
    ])
    func `what is no moment is none`(text: String) {
        #expect(microseconds(text) == nil)
    }

    // The same numbers: a clock without a zone is read as one in UTC.
    @Test(arguments: [
        Moment("2014-09-01T09:10:11", 1_409_562_611_000_000), Moment("2014-09-01 09:10:11", 1_409_562_611_000_000),
        Moment("2014-09-01T09:10", 1_409_562_600_000_000), Moment("2014-09-01 09:10:11.987", 1_409_562_611_987_000),
        Moment("2014-09-01T09:10:11.000", 1_409_562_611_000_000), Moment("2014-09-01T24:00:00", 1_409_616_000_000_000),
        Moment("2014-09-01", 1_409_529_600_000_000),
    ])
    func `a clock without a zone is told from a moment`(moment: Moment) {
        Array(moment.text.utf8).withUnsafeBufferPointer { text in
            #expect(ISO8601.reading(of: text) == .local(moment.microseconds))
        }
        Array((moment.text + "Z").utf8).withUnsafeBufferPointer { text in
            // A day alone has no zone.
            #expect(ISO8601.reading(of: text) == (moment.text.count == 10 ? nil : .instant(moment.microseconds)))
        }
    }

    @Test func `the quick way and the thorough way agree on every changed byte`() {
        let usual = Array("2014-09-01T09:10:11.000Z".utf8)
        for index in usual.indices {
            for byte in UInt8.min ... .max {
                var bytes = usual
                bytes[index] = byte
                // A digit more in the fraction makes the thorough way take it; the value is the same.
                var longer = bytes
                longer.insert(UInt8(ascii: "0"), at: 23)
                #expect(ISO8601.microseconds(of: bytes.span) == ISO8601.microseconds(of: longer.span))
            }
        }
    }

    @Test func `every moment written is read back`() {
        var numbers = SteadyNumbers(3)
        for round in 0..<20_000 {
            var moment = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &numbers)
            if round % 2 == 0 { moment = moment / 1000 * 1000 }
            var bytes: [UInt8] = []
            ISO8601.append(moment, to: &bytes)
            #expect(bytes.count == (moment % 1000 == 0 ? 24 : 27))
            #expect(ISO8601.microseconds(of: bytes.span) == moment)
        }
    }

    @Test(arguments: [
        Moment("1970-01-01T00:00:00.000Z", 0), Moment("1969-12-31T23:59:59.999Z", -1_000),
        Moment("2014-09-01T09:10:11.007Z", 1_409_562_611_007_000),
        Moment("0000-12-31T23:59:59.999Z", -62_135_596_800_001_000),
        Moment("+010000-01-01T00:00:00.000Z", 253_402_300_800_000_000),
        Moment("1970-01-01T00:00:00.000001Z", 1), Moment("1969-12-31T23:59:59.999999Z", -1),
        Moment("2014-09-01T09:10:11.000100Z", 1_409_562_611_000_100),
        Moment("2014-09-01T09:10:11.987650Z", 1_409_562_611_987_650),
        Moment("-000001-12-31T00:00:00.000Z", -62_167_305_600_000_000),
    ])
    func `a moment is written`(moment: Moment) {
        var bytes = Array("at ".utf8)
        ISO8601.append(moment.microseconds, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "at " + moment.text)
    }

    @Test(arguments: [(0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z")])
    func `a time of a run is written`(milliseconds: Int64, text: String) {
        #expect(ISO8601.text(ofMilliseconds: milliseconds) == text)
    }

    @Test(arguments: [Int64.min, .max]) func `the ends of time are written as something`(moment: Int64) {
        var bytes: [UInt8] = []
        ISO8601.append(moment, to: &bytes)
        #expect(bytes.last == UInt8(ascii: "Z"))
    }
}
