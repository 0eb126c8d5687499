import Records
import Testing

@testable import Formats

/// What becomes of the times in JSON, whatever form they have.
@Suite struct JSONInstantTests {
    private static let field = Field(index: 1, kind: .instant)
    private static let rows = JSONRows([
        .init(["id"], into: Field(index: 0, kind: .integer)), .init(["at"], into: field), .init(["or"], into: field),
        .init(["deep", "at"], into: Field(index: 2, kind: .instant)),
    ])
    private static let schema: Schema = ["id": .integer, "at": .instant, "deep": .instant]

    private func read(
        _ text: String,
        window: Int = 1 << 16,
        page: Int = 1000
    ) throws -> (batch: Batch, odd: [JSONRows.OddInstant], mismatches: Int) {
        var batch = Batch(Self.schema)
        var odd: [JSONRows.OddInstant] = []
        var reader = JSONRowReader(
            ChunkedBytes(Array(text.utf8), chunk: .max),
            rows: Self.rows,
            name: "times.json",
            windowSize: window
        )
        while true {
            let hasMore = try reader.read(into: &batch, atMost: page)
            odd += reader.oddInstants
            guard hasMore else { return (batch, odd, reader.mismatches) }
        }
    }

    // 1409562611 is 2014-09-01T09:10:11Z, as `date -u -d @1409562611` has it.
    @Test(arguments: [
        (#""2014-09-01T09:10:11.000Z""#, 1_409_562_611_000_000), (#""2014-09-01 09:10:11Z""#, 1_409_562_611_000_000),
        (#""2014-09-01T24:00:00.000Z""#, 1_409_616_000_000_000), ("1409562611", 1_409_562_611_000_000),
        ("1409562611000", 1_409_562_611_000_000), ("1409562611.5", 1_409_562_611_500_000),
        ("1.409562611e9", 1_409_562_611_000_000),
        ("100000000", 100_000_000_000_000), ("99999999", 99_999_999_000), ("99999999999", 99_999_999_999_000_000),
        ("100000000000", 100_000_000_000_000), ("0", 0), ("-1000", -1_000_000),
        ("253402300799999", 253_402_300_799_999_000),
        ("-62135596800000", -62_135_596_800_000_000), ("1409562611.987654", 1_409_562_611_987_654),
        ("1409562611000.5", 1_409_562_611_000_500), ("1409562611.98765400000000000000000", 1_409_562_611_987_654),
        (#""2014-09-01T09:10:11.987654Z""#, 1_409_562_611_987_654),
    ])
    func `a time with its zone and a number are moments`(json: String, moment: Int64) throws {
        let found = try read(#"[{"id":1,"at":\#(json)}]"#)
        #expect(found.batch.records == [[1, .instant(moment), .null]])
        #expect(found.odd.isEmpty)
        #expect(found.mismatches == 0)
    }

    @Test(arguments: ["null", #""""#, #"" ""#]) func `blanks are no time`(json: String) throws {
        let found = try read(#"[{"id":1,"at":\#(json)}]"#)
        #expect(found.batch.records == [[1, .null, .null]])
        #expect(found.odd.isEmpty)
    }

    private static let odd: [(json: String, text: String, local: Int64?)] = [
        (#""2014-09-01T09:10:11""#, "2014-09-01T09:10:11", 1_409_562_611_000_000),
        (#""2014-09-01 09:10:11""#, "2014-09-01 09:10:11", 1_409_562_611_000_000),
        (#""2014-09-01""#, "2014-09-01", 1_409_529_600_000_000),
        (#""2014\u002d09-01""#, "2014-09-01", 1_409_529_600_000_000),
        (#""unknown""#, "unknown", nil),
        (#""yesterday""#, "yesterday", nil),
        (#""1409562611""#, "1409562611", nil),
        (#""20140901""#, "20140901", nil),
        (#""2014-09-31T09:10:11Z""#, "2014-09-31T09:10:11Z", nil),
        (#""0000-00-00 00:00:00""#, "0000-00-00 00:00:00", nil),
        ("253402300800000", "253402300800000", nil),
        ("1e99", "1e99", nil),
        ("-9223372036854775808", "-9223372036854775808", nil),
        // Not whole microseconds.
        ("1409562611.9876543", "1409562611.9876543", nil),
        ("1409562611000.0001", "1409562611000.0001", nil),
        (#""2014-09-01T09:10:11.9876543Z""#, "2014-09-01T09:10:11.9876543Z", nil),
        ("true", "true", nil),
        ("{}", "an object", nil),
        ("[1409562611]", "a list", nil),
    ]

    @Test(arguments: odd)
    func `everything else is handed to the source, wherever a window ends`(
        json: String,
        text: String,
        local: Int64?
    ) throws {
        let document = #"[{"id":1,"at":0},{"id":2,"deep":{"at":\#(json)},"at":\#(json)},{"id":3}]"#
        for window in [1, 2, 3, 7, 16, 40, 1 << 16] {
            for page in [1, 2, 1000] {
                let found = try read(document, window: window, page: page)
                #expect(found.batch.records == [[1, .instant(0), .null], [2, .null, .null], [3, .null, .null]])
                let odd = found.odd.sorted { $0.field.index < $1.field.index }
                #expect(odd.map(\.row) == [1, 1])
                #expect(odd.map(\.field.index) == [1, 2])
                #expect(odd.map(\.text) == [text, text])
                #expect(odd.map(\.local) == [local, local])
                #expect(found.mismatches == 0)
            }
        }
    }

    @Test func `of several places for a time the first counts, readable or not`() throws {
        let found = try read(
            #"[{"at":"x","or":0},{"or":"x","at":0},{"or":"y"},{"at":null,"or":7},{"at":"z","at":5},{"at":5,"at":"z"}]"#
        )
        let expected: [Value] = [nil, .instant(0), nil, .instant(7000), .instant(5000), nil]
        #expect(found.batch.records.map { $0[1] } == expected)
        #expect(found.odd.map(\.row) == [0, 2, 5])
        #expect(found.odd.map(\.text) == ["x", "y", "z"])
    }

    @Test func `what is shown of a text is not endless`() throws {
        let long = String(repeating: "x", count: 5000)
        #expect(try read(#"[{"at":"\#(long)"}]"#).odd.map(\.text.count) == [80])
    }
}
