internal import PluginKit

extension SourceContract {
    /// Verifies that an incremental source obeys the laws of such sources; does nothing for other sources.
    static func verifyIncrement<S: Source>(
        _ source: S.Type,
        options: String,
        on bench: Bench,
        expecting all: Batch,
        atMost limit: Int
    ) async throws {
        let made = try bench.source(source, options: options)
        let description = try await made.describe()
        guard let increment = description.increment else { return }
        let field = try field(of: increment, in: all)
        let values = values(of: field, in: all)
        for (index, since) in values.enumerated() {
            let request = ReadRequest(description.schema, since: since)
            let reading = try await SourceReading(made, for: request, atMost: limit)
            try verify(reading.all, isFrom: since, in: field, of: all)
            guard index == values.count / 2 else { continue }
            for page in reading.pages.reversed() {
                let cursor = try page.cursor.map { try again($0) }
                try page.verify(
                    try await SourcePage(try bench.source(source, options: options), at: cursor, request: request),
                    law: .cursorOutlivesSource
                )
            }
        }
    }

    /// The growing column; also verifies that the key identifies every record.
    private static func field(of increment: Increment, in all: Batch) throws -> Field {
        let law = ContractViolation.Law.incrementIsThere
        guard let field = all.schema.optionalField(increment.column), field.kind == .integer || field.kind == .instant
        else {
            throw ContractViolation(
                law: law,
                detail: "'\(increment.column)' is not a column of integers or instants"
            )
        }
        let key = try increment.key.map { name in
            if let field = all.schema.optionalField(name) { return field }
            throw ContractViolation(law: law, detail: "the column '\(name)' of the key does not exist")
        }
        var seen: Set<[Value]> = []
        for row in 0..<all.count where !seen.insert(key.map { all[row, $0] }).inserted {
            throw ContractViolation(law: law, detail: "record \(row + 1) has the same key \(increment.key) as another")
        }
        return field
    }

    /// Values to start at: values that occur, and one beyond each end.
    private static func values(of field: Field, in all: Batch) -> [Int64] {
        let values = Set((0..<all.count).compactMap { number($0, in: field, of: all) }).sorted()
        let most = 6
        let some = values.count <= most ? values : (0..<most).map { values[$0 * (values.count - 1) / (most - 1)] }
        return [.min] + some + [values.last.map { $0 == .max ? $0 : $0 + 1 } ?? .max]
    }

    private static func number(_ row: Int, in field: Field, of batch: borrowing Batch) -> Int64? {
        field.kind == .integer ? batch.integer(row, in: field) : batch.instant(row, in: field)
    }

    /// Verifies the records from a value on.
    ///
    /// Records without a value may be delivered or not: they are neither before nor after others.
    private static func verify(_ records: Batch, isFrom since: Int64, in field: Field, of all: Batch) throws {
        var (expected, found) = (all, records)
        expected.keep { batch, row in number(row, in: field, of: batch).map { $0 >= since } ?? false }
        found.keep { batch, row in number(row, in: field, of: batch) != nil }
        guard found != expected else { return }
        throw ContractViolation(
            law: .sinceIsALowerBound,
            detail: "from \(since) on, there are \(found.count) records, but \(expected.count) of all have such a value"
                + (found.count == expected.count ? "; their values or their order differ" : "")
        )
    }
}
