import Diagnostics
import PluginKit
import PluginTestKit
import Records
import StandardTransforms
import TestTags
import Testing

@Suite(.tags(.contract)) struct SortTests {
    private static let schema: Schema = ["title": .text, "year": .integer, "rating": .real]

    /// Records with few titles and years, some of them null.
    private func records(_ count: Int, seed: UInt64) -> Batch {
        var numbers = SeededNumbers(seed: seed)
        let titles = ["", "a", "A", "a\u{0}b", "Zorro", "zorro", "É", "é", "straße", "STRASSE", "the same beginning 1"]
        let records = (0..<count).map { n -> [Value] in
            let title: Value = numbers.next(below: 8) == 0 ? .null : .text(titles[numbers.next(below: titles.count)])
            let year: Value = numbers.next(below: 8) == 0 ? .null : .integer(Int64(numbers.next(below: 5)) - 2)
            return [title, year, .real(Double(n))]
        }
        return Batch(Self.schema, records: records)
    }

    /// Whether a value comes before another one, written for this test alone.
    private func precedes(_ left: Value, _ right: Value, _ words: [String]) -> Bool? {
        if left == right { return nil }
        if left == .null { return words.contains("first") }
        if right == .null { return !words.contains("first") }
        let isLess: Bool
        switch (left, right) {
        case (.text(var left), .text(var right)):
            if words.contains("fold") { (left, right) = (left.uppercased(), right.uppercased()) }
            if left == right { return nil }
            isLess = left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
        case (.integer(let left), .integer(let right)): isLess = left < right
        default: isLess = false
        }
        return words.contains("desc") ? !isLess : isLess
    }

    @Test(arguments: [
        (["title"], "64 MiB"), (["title desc"], "2 KiB"), (["title fold"], "1 KiB"),
        (["year desc nulls first", "title"], "1 MiB"), (["title fold desc", "year"], "2 KiB"),
        (["year nulls first", "title desc nulls first"], "1 B"),
    ])
    func `records are in order, and equal ones as they came`(by: [String], memory: String) async throws {
        let input = records(120, seed: 7)
        let sorted = try await TransformContract.verify(
            Sort.self,
            options: "by = [\(by.map(\.quoted).joined(separator: ", "))]\nmemory = \"\(memory)\"",
            input: input,
            on: Bench(batchSize: 30)
        )
        let expected = input.records.enumerated().sorted { left, right in
            for words in by.map({ $0.split(separator: " ").map(String.init) }) {
                let column = words[0] == "title" ? 0 : 1
                if let order = precedes(left.element[column], right.element[column], words) { return order }
            }
            return left.offset < right.offset
        }
        #expect(sorted.records == expected.map(\.element))
    }

    @Test func `a column of any kind is sorted by value`() async throws {
        let values: [(Schema.Kind, [Value])] = [
            (.boolean, [.boolean(false), .boolean(true)]),
            (.real, [.real(-.infinity), .real(-1.5), .real(-0.0), .real(0), .real(2), .real(.infinity)]),
            (.instant, [.instant(-5), .instant(0), .instant(.max)]), (.date, [.date(-3), .date(0), .date(9)]),
            (.bytes, [.bytes([]), .bytes([0]), .bytes([0, 0]), .bytes([255])]),
            (.decimal, try ["-2.5", "0", "0.25", "3"].map { .decimal(try #require(ExactDecimal($0))) }),
        ]
        for (kind, ascending) in values {
            let input = Batch(
                Schema([Schema.Column("v", kind: kind)]),
                records: ([.null] + ascending.reversed()).map { [$0] }
            )
            let sorted = try await TransformContract.verify(Sort.self, options: "by = [\"v\"]", input: input)
            #expect(sorted.records.map { $0[0] } == ascending + [.null])
        }
    }

    @Test func `-0.0 and 0.0 stay in the order in which they arrived`() async throws {
        let xs = [0.0, -0.0, -1, 0.0, -0.0].enumerated()
        let input = Batch(["x": .real, "n": .integer], records: xs.map { [.real($1), .integer(Int64($0))] })
        let sorted = try await TransformContract.verify(Sort.self, options: "by = [\"x\"]", input: input)
        #expect(sorted.records.map { $0[1] } == [2, 0, 1, 3, 4])
    }

    @Test(arguments: [
        ("\"ratng\"", "schema.unknown-column", "there is no column 'ratng' here"),
        ("\"year fold\"", "sort.fold", "the column 'year' holds integer, which has no upper and lower case"),
        ("\"year desc asc\"", "sort.column", "\"year desc asc\" states the same twice"),
        ("\"year first\"", "sort.column", "expected 'nulls' before 'first' in \"year first\""),
        ("\"year\", \"year desc\"", "keys.column-twice", "the column 'year' is named twice"),
        ("", "sort.no-columns", "there is no column to sort by"),
    ])
    func `a wrong column is refused at its place`(by: String, code: String, message: String) throws {
        let text = try refusal {
            _ = try Bench().transform(Sort.self, options: "by = [\(by)]", input: Self.schema)
        }
        #expect(text?.hasPrefix("options:1:") == true)
        #expect(text?.contains("error[\(code)]: \(message)") == true, "\(text ?? "nothing")")
    }

    @Test func `a name with a direction in it is written in backticks`() async throws {
        let input = Batch(["year desc": .integer], records: [[2], [1]])
        let sorted = try await TransformContract.verify(Sort.self, options: "by = [\"`year desc` asc\"]", input: input)
        #expect(sorted.records == [[1], [2]])
    }
}
