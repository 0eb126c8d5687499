package import PluginKit

/// Makes up rows, the same ones every time, for tests, benchmarks and examples.
package struct GenerateSource: DeclaredSource {
    package static let name = "generate"
    package static let summary = "Makes up rows, the same ones every time: for tests, benchmarks and examples."
    package static let details = """
        What a cell holds follows from the seed, the column's name and the row's number, and from nothing else: neither \
        the page size nor the other columns change it. A column is a name, a kind and what the kind needs:

        - `id: sequence`: 1, 2, 3 …; `sequence 1000` begins there
        - `year: integer 1920..2026`: whole numbers, both ends among them
        - `score: real 0..1`: numbers
        - `title: text 8..20`: small letters and blanks, 8 to 20 of them; `text 8` is exactly 8; at most 65,536
        - `at: instant 2010-01-01..2026-01-01`: times, to the millisecond, or with `microseconds` after them to the \
        microsecond; an end may be `2010-01-01T12:00:00Z` too
        - `day: date 2010-01-01..2026-01-01`: days
        - `price: decimal 0.00..999.99`: exact numbers with as many digits after the point as the ends
        - `hash: bytes 8..20`: 8 to 20 bytes of any value
        - `tags: list 0..3`: a list of none to three whole numbers, as JSON
        - `seen: boolean`: true or false; `boolean 90%` is true nine times in ten
        - `kind: choice film|show`: one of these words

        `null 10%` behind any of them makes one cell in ten null.

        A page has at most 8 MiB of text, and fewer rows than `page_size` where the texts are long. The next thousand \
        pages are known at any time, so several can be read at once.

        With `since`, a run begins at the row where the column `increment` has that value; the same column tells a row \
        from every other. So more `rows` than the last time are the rows that are new.
        """
    package static let example: String? = """
        [[source]]
        use = "generate"
        rows = 1_000_000
        seed = 7
        columns = ["id: sequence", "title: text 8..20", "watched_at: instant 2010-01-01..2026-01-01 null 5%"]
        """

    /// Making a page takes less than reading it back.
    package static let isCacheable = false

    package struct Options: OptionGroup {
        @Option("How many rows to make.", in: 0...1_000_000_000_000, choosesRecords: false)
        package var rows = 1000

        @Option("Another seed makes other rows.")
        package var seed = 1

        @Option("How many rows a page has; default: the run's batch size.", choosesRecords: false)
        package var pageSize: Int?

        @Option("The columns, each a name, a kind and what the kind needs.")
        package var columns = GenerateSource.usualColumns

        @Option("The sequence by which 'since' tells new rows; the first one if not given.")
        package var increment: ColumnName?

        package init() {}
    }

    package let schema: Schema
    private let columns: [GeneratedColumn]
    private let seed: Int
    private let generators = PerRequest<RecordGenerator>()
    private let pages: GeneratePages
    private let growing: GenerateIncrement?

    package init(_ options: Options, in context: StageContext) throws {
        growing = try Self.check(options)
        schema = Schema(options.columns.map(\.column))
        columns = options.columns
        seed = options.seed
        // All columns count, wanted or not, so that a cursor means the same to every plan.
        let mostText = options.columns.reduce(1) { $0 + $1.mostText }
        let usual = options.pageSize ?? context.batchSize(columns: options.columns.count)
        let size = min(usual, Self.mostTextInPage / mostText)
        pages = GeneratePages(rows: options.rows, size: max(size, 1))
    }

    package var increment: Increment? { growing.map { Increment(column: $0.name, key: [$0.name]) } }

    package var wholeReason: Diagnostic? { growing == nil ? Self.noSequence : nil }

    private static var noSequence: Diagnostic {
        Diagnostic(
            "generate.increment",
            message: "there is no sequence by which new rows could be recognised",
            hint: "add a column such as \"id: sequence\""
        )
    }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) throws -> Next<Int> {
        var pages = pages
        if let since = request.since {
            guard let growing else { throw Self.noSequence }
            pages = pages.starting(at: growing.row(of: since))
        }
        guard let rows = pages.rows(from: cursor) else {
            throw Diagnostic("checkpoint.cursor", message: "there is no page at row \(cursor ?? 0) of \(pages.rows)")
        }
        let generator = generators.value(for: request) {
            RecordGenerator(columns, seed: seed, schema: request.schema)
        }
        generator.append(rows, to: &batch)
        return pages.next(after: rows)
    }

    private static let mostTextInPage = 8 << 20
    private static let mostColumns = 1000
    private static let pageSizes = 1...1_000_000

    private static func check(_ options: Options) throws(DiagnosticList) -> GenerateIncrement? {
        var problems = DiagnosticList()
        if let size = options.pageSize, !pageSizes.contains(size) {
            problems.append(
                Diagnostic(
                    "option.range",
                    message: "\(size) is out of range",
                    category: .usage,
                    at: options.$pageSize,
                    hint: "allowed: \(pageSizes.lowerBound)...\(pageSizes.upperBound)"
                )
            )
        }
        if !(1...mostColumns ~= options.columns.count) {
            problems.append(
                Diagnostic(
                    "generate.columns",
                    message: "\(options.columns.count.counted("column")) cannot be made",
                    at: options.$columns,
                    hint: "allowed: 1...\(mostColumns)"
                )
            )
        }
        var names: Set<String> = []
        for column in options.columns {
            if !names.insert(column.name).inserted {
                problems.append(
                    Diagnostic(
                        "generate.column-twice",
                        message: "there are two columns '\(column.name)'",
                        at: options.$columns
                    )
                )
            }
            if case .sequence(let first) = column.values, first.addingReportingOverflow(Int64(options.rows)).overflow {
                problems.append(
                    Diagnostic(
                        "generate.sequence",
                        message:
                            "the sequence '\(column.name)' goes beyond the largest number before row \(options.rows)",
                        at: options.$columns,
                        hint: "begin lower"
                    )
                )
            }
        }
        var growing: GenerateIncrement?
        do throws(Diagnostic) {
            growing = try GenerateIncrement(options.increment, at: options.$increment, of: options.columns)
        } catch {
            problems.append(error)
        }
        try problems.throwIfErrors()
        return growing
    }

    /// One column of each usual kind.
    private static let usualColumns = [
        GeneratedColumn("id", values: .sequence(from: 1)),
        GeneratedColumn("name", values: .text(8...20)),
        GeneratedColumn("score", values: .real(0...1)),
        // 2010-01-01 to 2026-01-01.
        GeneratedColumn("at", values: .instant(1_262_304_000_000_000...1_767_225_600_000_000, step: 1000)),
        GeneratedColumn("kind", values: .choice(["film", "show"])),
    ]
}
