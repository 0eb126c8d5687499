import Records
import Testing

@testable import Formats

/// Numbers in columns that hold them as they are, or not at all: none is rounded in silence.
@Suite struct JSONNumberFitTests {
    private func read(_ json: String, _ kind: Schema.Kind) throws -> (value: Value, mismatches: Int) {
        var batch = Batch(Schema([Schema.Column("n", kind: kind)]))
        let rows = JSONRows([JSONRows.Column(["n"], into: Field(index: 0, kind: kind))])
        var reader = JSONRowReader(ChunkedBytes("[{\"n\":\(json)}]"), rows: rows, name: "n")
        _ = try reader.read(into: &batch, atMost: 10)
        return (batch[0, Field(index: 0, kind: kind)], reader.mismatches)
    }

    @Test(
        arguments: [
            ("8", 8), ("8.0", 8), ("1e3", 1000), ("1.5e1", 15), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("9223372036854775807.00000", .max), ("1.0000000000000000000000000", 1),
            ("92233720368547758070000000000e-10", .max), ("-0", 0),
        ] as [(String, Int64)]
    )
    func `a whole number is read in any form`(json: String, value: Int64) throws {
        for json in [json, "\"\(json)\""] {
            let found = try read(json, .integer)
            #expect(found.value == .integer(value))
            #expect(found.mismatches == 0)
        }
    }

    @Test(arguments: [
        "1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19", "1.00000000000000000000000001",
        "9007199254740993.0000000000000000001", "0.1e99999999999",
    ])
    func `what is not a whole number of 64 bits is not made one`(json: String) throws {
        for json in [json, "\"\(json)\""] {
            let found = try read(json, .integer)
            #expect(found.value == .null)
            #expect(found.mismatches == 1)
        }
    }

    @Test(arguments: [
        ("0.1", 0.1), ("1e300", 1e300), ("9007199254740992", 0x1p53), ("9007199254740994", 9_007_199_254_740_994),
        ("18446744073709551616", 0x1p64), ("9007199254740993.0", 0x1p53), ("1e23", 1e23),
        // The shortest digits of 2⁶⁰, filled up with zeros as JavaScript writes it, and all its digits.
        ("1152921504606847000", 0x1p60), ("1152921504606846976", 0x1p60), ("-1152921504606847000", -0x1p60),
        ("100000000000000000000", 1e20),
    ])
    func `a number is the nearest that 64 bits hold`(json: String, value: Double) throws {
        for json in [json, "\"\(json)\""] {
            let found = try read(json, .real)
            #expect(found.value == .real(value))
            #expect(found.mismatches == 0)
        }
    }

    @Test(arguments: [
        "9007199254740993", "-9007199254740993", "1152921504606846977", "12345678901234567890", "18446744073709551617",
        "123456789012345678901234567890123456789012345", "1e999",
    ])
    func `whole digits do not become others`(json: String) throws {
        for json in [json, "\"\(json)\""] {
            let found = try read(json, .real)
            #expect(found.value == .null)
            #expect(found.mismatches == 1)
        }
    }
}
