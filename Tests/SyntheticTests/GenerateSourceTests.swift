import Diagnostics
import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import Synthetic

@Suite(.tags(.contract)) struct GenerateSourceTests {
    private static let columns = #"""
        columns = ["id: sequence", "year: integer 1920..2026", "name: text 8..20", "score: real -1..1", \#
        "at: instant 2010-01-01..2010-01-02T12:00:00Z", "kind: choice film|tv show", "seen: boolean 25%", \#
        "note: text 0..3 null 10%"]
        """#

    private func records(_ options: String, batchSize: Int = 1000) async throws -> Batch {
        try await SourceContract.verify(GenerateSource.self, options: options, on: Bench(batchSize: batchSize))
    }

    private func column(_ name: String, _ batch: Batch) throws -> [Value] {
        let field = try batch.schema.field(name)
        return (0..<batch.count).map { batch[$0, field] }
    }

    @Test(arguments: [0, 1, 999, 1000, 1001, 2500])
    func `keeps the contract of a source`(rows: Int) async throws {
        #expect(try await records("rows = \(rows)").count == rows)
    }

    @Test func `dates, decimals, bytes, lists and microseconds keep to their columns`() async throws {
        let records = try await records(
            #"""
            rows = 2000
            columns = ["d: date 2023-12-30..2024-01-02", "p: decimal -0.5..1.25", "h: bytes 3..5", "l: list 0..2", \#
            "m: instant 2010-01-01..2010-01-02 microseconds", \#
            "w: decimal -99999999999999999999999999999999999999..99999999999999999999999999999999999999"]
            """#
        )
        #expect(records.schema.columns.map(\.holdsJSON) == [false, false, false, true, false, false])
        #expect(Set(try column("d", records)) == Set((19_721...19_724).map { .date($0) }))
        let prices = try column("p", records).map { value -> ExactDecimal? in
            if case .decimal(let price) = value { price } else { nil }
        }
        let range = try #require(ExactDecimal("-0.50"))...(try #require(ExactDecimal("1.25")))
        #expect(prices.allSatisfy { $0.map { range.contains($0) && $0.scale == 2 } ?? false })
        // 176 numbers, of which almost all come up among 2,000 draws, both ends among them.
        #expect(Set(prices).count > 170)
        let lengths = try column("h", records).map { if case .bytes(let bytes) = $0 { bytes.count } else { -1 } }
        #expect(Set(lengths) == [3, 4, 5])
        let lists = try column("l", records).map { if case .text(let text) = $0 { text } else { "" } }
        #expect(lists.allSatisfy { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.split(separator: ",").count <= 2 })
        #expect(lists.contains("[]"))
        let moments = try column("m", records).map { value -> Int64 in
            if case .instant(let at) = value { at } else { 0 }
        }
        #expect(moments.allSatisfy { 1_262_304_000_000_000...1_262_390_400_000_000 ~= $0 })
        #expect(moments.contains { $0 % 1000 != 0 })
        // Both halves of 128 bits are random.
        let wide = try column("w", records).map { value -> String in
            if case .decimal(let number) = value { number.description } else { "" }
        }
        #expect(Set(wide).count == 2000)
        #expect(wide.count { $0.hasPrefix("-") } > 800 && wide.count { $0.count > 36 } > 1900)
    }

    @Test func `every cell keeps to its column`() async throws {
        let records = try await records("rows = 4000\n\(Self.columns)")
        #expect(try column("id", records) == (1...4000).map { .integer($0) })
        for row in 0..<records.count {
            let values = records[row]
            guard case .integer(let year) = values[1], case .text(let name) = values[2],
                case .real(let score) = values[3],
                case .instant(let at) = values[4], case .text(let kind) = values[5], case .boolean = values[6]
            else {
                Issue.record("row \(row): \(values)")
                return
            }
            #expect(1920...2026 ~= year)
            #expect(8...20 ~= name.utf8.count && name.first != " " && name.last != " ")
            #expect(name.utf8.allSatisfy { 97...122 ~= $0 || $0 == 32 })
            #expect(-1...1 ~= score)
            #expect(1_262_304_000_000_000...1_262_433_600_000_000 ~= at && at % 1000 == 0)
            #expect(["film", "tv show"].contains(kind))
        }
        // Each end comes up among 4,000 draws of 107 years, of four lengths.
        #expect(Set(try column("year", records)).count == 107)
        #expect(
            Set(try column("note", records).map { if case .text(let text) = $0 { text.count } else { -1 } }) == [
                -1, 0, 1, 2, 3,
            ]
        )
        // Four standard deviations around 400 and 1,000 of 4,000.
        #expect(324...476 ~= (try column("note", records).filter { $0 == .null }.count))
        #expect(890...1110 ~= (try column("seen", records).filter { $0 == true }.count))
    }

    @Test func `a row is the same whatever the page, the other columns and the order`() async throws {
        let all = try await records("rows = 300\n\(Self.columns)")
        for size in [1, 7, 299, 300, 301] {
            #expect(try await records("rows = 300\npage_size = \(size)\n\(Self.columns)") == all, "page_size \(size)")
        }
        let fewer = try await records(
            "rows = 200\ncolumns = [\"note: text 0..3 null 10%\", \"year: integer 1920..2026\"]"
        )
        #expect(try column("note", fewer) == Array(try column("note", all)[..<200]))
        #expect(try column("year", fewer) == Array(try column("year", all)[..<200]))
    }

    @Test func `these rows never change`() async throws {
        let records = try await records("rows = 3\nseed = 42\n\(Self.columns)")
        #expect(records.records == GenerateSourceTests.steady)
    }

    @Test func `another seed makes other rows`() async throws {
        let one = try await records("rows = 50\ncolumns = [\"a: text 12\"]")
        let two = try await records("rows = 50\nseed = 2\ncolumns = [\"a: text 12\"]")
        let negative = try await records("rows = 50\nseed = -1\ncolumns = [\"a: text 12\"]")
        #expect(Set([one, two, negative].flatMap { $0.records.map { $0[0] } }).count == 150)
    }

    @Test func `the first page lists the others, and these list none`() throws {
        let pages = GeneratePages(rows: 25, size: 10)
        #expect(pages.rows(from: nil) == 0..<10)
        #expect(listed(pages, at: nil) == [10, 20])
        #expect(pages.rows(from: 20) == 20..<25)
        #expect(listed(pages, at: 10) == nil)
        #expect(listed(pages, at: 20) == nil)
    }

    /// The pages that a page lists; nil if nothing follows.
    private func listed(_ pages: GeneratePages, at cursor: Int?) -> [Int]? {
        guard let rows = pages.rows(from: cursor), case .pages(let cursors) = pages.next(after: rows) else {
            return nil
        }
        return cursors
    }

    @Test(arguments: [0, 3])
    func `a thousand pages are listed at a time, by the last page of those before`(first: Int) throws {
        let pages = GeneratePages(rows: 1_000_000_000_000, size: 1000, from: first)
        #expect(listed(pages, at: nil) == (1...1000).map { first + $0 * 1000 })
        #expect(listed(pages, at: first + 999_000) == nil)
        #expect(listed(pages, at: first + 1_000_000) == (1001...2000).map { first + $0 * 1000 })
        #expect(listed(pages, at: first + 999_999_000_000)?.count == 999)
    }

    @Test func `the last list is as long as there are pages`() {
        let pages = GeneratePages(rows: 20_015, size: 10)
        #expect(listed(pages, at: 10_000)?.count == 1000)
        #expect(listed(pages, at: 20_000) == [20_010])
        #expect(listed(pages, at: 20_010) == nil)
        #expect(listed(GeneratePages(rows: 10_010, size: 10), at: 10_000) == nil)
    }

    @Test func `where no page begins, none is read`() {
        let pages = GeneratePages(rows: 1_000_000, size: 1000, from: 5000)
        #expect(pages.rows(from: 1_000_000)?.isEmpty == true)
        for cursor in [1_000_001, -1, 0, 4000, 5001] { #expect(pages.rows(from: cursor) == nil) }
    }

    @Test func `many lists of pages keep the contract`() async throws {
        let records = try await records("rows = 2_005\npage_size = 1\ncolumns = [\"id: sequence\"]")
        #expect(try column("id", records) == (1...2005).map { .integer($0) })
    }

    @Test(
        arguments: [
            (Int64.min, 1...10), (1, 1...10), (-4, 1...10), (2, 2...10), (10, 10...10), (11, nil), (.max, nil),
        ] as [(Int64, ClosedRange<Int64>?)]
    )
    func `a later run begins at the row that has grown so far`(since: Int64, expected: ClosedRange<Int64>?) async throws
    {
        let source = try Bench(batchSize: 3).source(
            GenerateSource.self,
            options: "rows = 10\ncolumns = [\"n: sequence\"]"
        )
        var batch = Batch(source.schema)
        var waiting: [Int?] = [nil]
        while let cursor = waiting.popLast() {
            var page = Batch(source.schema)
            if case .pages(let next) = try source.read(
                at: cursor,
                for: ReadRequest(source.schema, since: since),
                into: &page
            ) {
                waiting += next.reversed()
            }
            for row in 0..<page.count { batch.append(row, of: page) }
        }
        #expect(try column("n", batch) == (expected.map { $0.map { .integer($0) } } ?? []))
    }

    @Test func `the sequence that is named, or the first, tells what is new`() throws {
        let columns = #"columns = ["a: text 3", "b: sequence 5 null 1%", "c: sequence -3", "d: sequence 100"]"#
        let first = try Bench().source(GenerateSource.self, options: columns)
        #expect(first.increment == Increment(column: "c", key: ["c"]))
        let named = try Bench().source(GenerateSource.self, options: columns + "\nincrement = \"d\"")
        #expect(named.increment == Increment(column: "d", key: ["d"]))
        let none = try Bench().source(GenerateSource.self, options: "columns = [\"a: text 3\"]")
        #expect(none.increment == nil)
        #expect(
            none.describe().wholeReason?.rendered() == """
                error[generate.increment]: there is no sequence to recognise new rows by
                  hint: add a column such as "id: sequence"
                """
        )
        var batch = Batch(none.schema)
        #expect(throws: Diagnostic.self) {
            try none.read(at: nil, for: ReadRequest(none.schema, since: 1), into: &batch)
        }
    }

    @Test func `a cursor beyond the rows is refused`() throws {
        let source = try Bench().source(GenerateSource.self, options: "rows = 10")
        var batch = Batch(source.schema)
        #expect {
            _ = try source.read(at: 11, for: ReadRequest(source.schema), into: &batch)
        } throws: {
            ($0 as? Diagnostic)?.code == "checkpoint.cursor"
        }
    }

    @Test func `long texts make small pages`() throws {
        let source = try Bench(batchSize: 1000)
            .source(GenerateSource.self, options: "rows = 1000\ncolumns = [\"a: text 65536\", \"b: text 65536\"]")
        var batch = Batch(source.schema)
        guard case .pages = try source.read(at: nil, for: ReadRequest(source.schema), into: &batch) else {
            Issue.record("one page is all")
            return
        }
        #expect(batch.count == 63)
        #expect(batch.bytesOfText == 63 * 2 * 65_536)
    }

    @Test func `the widest ranges are drawn from`() async throws {
        let options = #"""
            rows = 100
            columns = ["i: integer -9223372036854775808..9223372036854775807", "r: real -1e307..1e307", "s: sequence -5", \#
            "t: integer 7..7", "b: boolean 100%", "n: boolean 0%", "x: text 0", "z: text 3 null 100%"]
            """#
        let records = try await records(options)
        #expect(Set(try column("i", records)).count == 100)
        #expect(try column("s", records).last == 94)
        #expect(Set(try column("t", records)) == [7])
        #expect(Set(try column("b", records)) == [true])
        #expect(Set(try column("n", records)) == [false])
        #expect(Set(try column("x", records)) == [""])
        #expect(Set(try column("z", records)) == [nil])
    }
}

extension GenerateSourceTests {
    /// Worked out by a program of its own in Python, from SplitMix64 and FNV-1a as published, on 2026-11-23.
    fileprivate static let steady: [[Value]] = [
        [1, 2010, "ga czzwsuktsdhbu wa", 0.047343392781583615, .instant(1_262_340_479_888_000), "film", true, "bao"],
        [2, 1982, "zpkcdpszf aepxdn", 0.5021929663620215, .instant(1_262_359_837_016_000), "tv show", false, ""],
        [3, 2002, "wkljjifqrot", 0.5725825625682004, .instant(1_262_427_414_305_000), "tv show", false, "quw"],
    ]
}
