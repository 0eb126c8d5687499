package import PluginKit

/// Generates rows, the same ones every time, for tests, benchmarks and examples.
package struct GenerateSource: DeclaredSource {
    package static let name = "generate"
    package static let summary = "Generates rows, the same ones every time: for tests, benchmarks and examples."
    package static let details = """
        The value of a cell depends only on the seed, the column's name and the row's number; neither the page size \
        nor the other columns change it. A column is a name, a kind and the parameters of the kind:

        - `id: sequence`: 1, 2, 3 …; `sequence 1000` begins with 1000
        - `year: integer 1920..2026`: whole numbers, including both ends
        - `score: real 0..1`: numbers
        - `title: text 8..20`: 8 to 20 lower-case letters and blanks; `text 8` is exactly 8; at most 65,536
        - `at: instant 2010-01-01..2026-01-01`: times, to the millisecond, or followed by `microseconds` to the \
        microsecond; an end may also be `2010-01-01T12:00:00Z`
        - `day: date 2010-01-01..2026-01-01`: days
        - `price: decimal 0.00..999.99`: exact numbers with as many decimal places as the ends
        - `hash: bytes 8..20`: 8 to 20 bytes of any value
        - `tags: list 0..3`: a list of 0 to 3 whole numbers, as JSON
        - `seen: boolean`: true or false; `boolean 90%` is true in 90 % of the cells
        - `kind: choice film|show`: one of these words

        `null 10%` after any of them makes 10 % of the cells null.

        A page has at most 8 MiB of text, so fewer rows than `page_size` if the texts are long. The next thousand \
        pages are always known, so several can be read in parallel.

        With `since`, a run begins at the row where the column `increment` has that value; the same column identifies \
        a row. If `rows` is higher than in the last run, the additional rows are the new ones.
        """
    package static let example: String? = """
        [[source]]
        use = "generate"
        rows = 1_000_000
        seed = 7
        columns = ["id: sequence", "title: text 8..20", "watched_at: instant 2010-01-01..2026-01-01 null 5%"]
        """

    /// Generating a page is faster than reading it from a cache.
    package static let isCacheable = false

    package struct Options: OptionGroup {
        @Option("The number of rows.", in: 0...1_000_000_000_000, choosesRecords: false)
        package var rows = 1000

        @Option("The seed of the random values.")
        package var seed = 1

        @Option("The number of rows of a page. Default: the run's batch size.", choosesRecords: false)
        package var pageSize: Int?

        @Option("The columns, each a name, a kind and the parameters of the kind.")
        package var columns = GenerateSource.usualColumns

        @Option("The sequence by which 'since' recognises new rows. Default: the first one.")
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
        // All columns count, requested or not, so that a cursor means the same in every plan.
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
            message: "there is no sequence to recognise new rows by",
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

    package func share(before cursor: Int) -> Double? {
        pages.rows > 0 ? Double(min(max(0, cursor), pages.rows)) / Double(pages.rows) : nil
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
                    message: "\(options.columns.count.counted("column")) cannot be generated",
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
                            "the sequence '\(column.name)' exceeds the largest number before row \(options.rows)",
                        at: options.$columns,
                        hint: "begin with a lower number"
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

    /// One column of each common kind.
    private static let usualColumns = [
        GeneratedColumn("id", values: .sequence(from: 1)),
        GeneratedColumn("name", values: .text(8...20)),
        GeneratedColumn("score", values: .real(0...1)),
        // 2010-01-01 to 2026-01-01.
        GeneratedColumn("at", values: .instant(1_262_304_000_000_000...1_767_225_600_000_000, step: 1000)),
        GeneratedColumn("kind", values: .choice(["film", "show"])),
    ]
}
