public import PluginKit

extension SourceContract {
    /// Holds a source that can leave out what an earlier run has read to the laws of sources, and to those of its own.
    ///
    /// It is read from values on that occur, from below the first and from above the last: the records are those of the
    /// whole with this value or a larger one, in their order. If there are many values, some are taken, spread evenly.
    /// A source that throws for `increment` cannot do so with these options, and is held to the laws of sources alone.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    ///   - limit: The most pages that it may have; more is taken for a source without an end.
    /// - Returns: All records, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the source throws.
    @discardableResult
    public static func verify<S: IncrementalSource>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench(),
        atMost limit: Int = 100_000
    ) async throws -> Batch {
        let all = try await verifyPages(source, options: options, on: bench, atMost: limit)
        try await verifyRun(source, options: options, on: bench, all)
        let made = try bench.source(source, options)
        guard let increment = try? made.increment else { return all }
        let field = try field(of: increment, in: all)
        let values = values(of: field, in: all)
        for (index, since) in values.enumerated() {
            let read: SourcePage<S>.Read = { try await $0.read(at: $1, since: since, into: &$2) }
            let reading = try await SourceReading(made, atMost: limit, read)
            try verify(reading.all, isFrom: since, field, of: all)
            guard index == values.count / 2 else { continue }
            for page in reading.pages.reversed() {
                let cursor = try page.cursor.map { try again($0) }
                try page.verify(
                    try await SourcePage(try bench.source(source, options), at: cursor, read),
                    law: .cursorOutlivesSource
                )
            }
        }
        return all
    }

    /// The column that grows; and the key tells every record from every other.
    private static func field(of increment: Increment, in all: Batch) throws -> Field {
        let law = ContractViolation.Law.incrementIsThere
        guard let field = all.schema.optionalField(increment.column), field.kind == .integer || field.kind == .instant
        else {
            throw ContractViolation(
                law: law,
                detail: "'\(increment.column)' is no column of whole numbers or moments"
            )
        }
        let key = try increment.key.map { name in
            if let field = all.schema.optionalField(name) { return field }
            throw ContractViolation(law: law, detail: "the column '\(name)' of the key is not there")
        }
        var seen: Set<[Value]> = []
        for row in 0..<all.count where !seen.insert(key.map { all[row, $0] }).inserted {
            throw ContractViolation(law: law, detail: "record \(row + 1) has the key \(increment.key) of another")
        }
        return field
    }

    /// Values to begin at: such as occur, and one beyond each end.
    private static func values(of field: Field, in all: Batch) -> [Int64] {
        let values = Set((0..<all.count).compactMap { number($0, field, all) }).sorted()
        let most = 6
        let some = values.count <= most ? values : (0..<most).map { values[$0 * (values.count - 1) / (most - 1)] }
        return [.min] + some + [values.last.map { $0 == .max ? $0 : $0 + 1 } ?? .max]
    }

    private static func number(_ row: Int, _ field: Field, _ batch: borrowing Batch) -> Int64? {
        field.kind == .integer ? batch.integer(row, field) : batch.instant(row, field)
    }

    /// Records without a value may come or not: they are neither before nor behind another.
    private static func verify(_ records: Batch, isFrom since: Int64, _ field: Field, of all: Batch) throws {
        var (expected, found) = (all, records)
        expected.keep { batch, row in number(row, field, batch).map { $0 >= since } ?? false }
        found.keep { batch, row in number(row, field, batch) != nil }
        guard found != expected else { return }
        throw ContractViolation(
            law: .sinceIsALowerBound,
            detail: "from \(since) on, \(found.count) records come, and \(expected.count) of all have such a value"
                + (found.count == expected.count ? "; their values or their order differ" : "")
        )
    }
}
