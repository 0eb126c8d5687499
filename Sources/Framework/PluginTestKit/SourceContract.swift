public import PluginKit

/// Holds a source to the laws of sources.
public enum SourceContract {
    /// Reads a source to its end, then every page again, then every page from a source made anew and a cursor that was
    /// text in between, and once more with only some of the columns, and with none.
    ///
    /// In the end the engine runs it, with a checkpoint after each page and with none, and cut off in between.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    ///   - limit: The most pages that it may have; more is taken for a source without an end.
    /// - Returns: All records, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the source throws.
    @discardableResult
    public static func verify<S: Source>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench(),
        atMost limit: Int = 100_000
    ) async throws -> Batch {
        let all = try await verifyPages(source, options: options, on: bench, atMost: limit)
        try await verifyRun(source, options: options, on: bench, all)
        return all
    }

    /// Has the engine read it.
    static func verifyRun<S: Source>(_ source: S.Type, options: String, on bench: Bench, _ all: Batch) async throws {
        // With fewer columns wanted, the records would be others than those of the run, which wants all.
        guard bench.context.wantsAll else { return }
        let trial = EngineTrial(source, on: bench) { folder in
            """
            [[source]]
            use = "\(source.name)"
            name = "bench"
            \(options)
            [[sink]]
            use = "contract-records"
            path = "\(folder)/records"
            """
        }
        try await trial.verify(leaves: ["records": RecordSink.bytes(of: all)], cuts: 2)
    }

    /// The laws that every source is held to, without a run of the engine: for tests with many inputs.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    ///   - limit: The most records that it may have.
    /// - Returns: All records, in their order.
    /// - Throws: `ContractViolation`, and what the source throws.
    package static func verifyPages<S: Source>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench(),
        atMost limit: Int = 100_000
    ) async throws -> Batch {
        let made = try bench.source(source, options)
        let reading = try await SourceReading(made, atMost: limit)
        for page in reading.pages.reversed() {
            // Last first, so that no source gets by with only ever going on.
            try page.verify(try await SourcePage(made, at: page.cursor), law: .sameCursorSamePage)
        }
        for page in reading.pages {
            let cursor = try page.cursor.map { try again($0) }
            try page.verify(
                try await SourcePage(try bench.source(source, options), at: cursor),
                law: .cursorOutlivesSource
            )
        }
        let names = reading.all.schema.names
        for remainder in [0, 1, nil] {
            let wanted = names.enumerated().filter { $0.offset % 2 == remainder }.map(\.element)
            let narrow = try await SourceReading(try bench.wanting(Set(wanted)).source(source, options), atMost: limit)
            try verify(narrow.all, against: reading.all, wanted)
        }
        return reading.all
    }

    /// A cursor that was text in between, as in a checkpoint.
    static func again<Cursor: LosslessStringConvertible>(_ cursor: Cursor) throws -> Cursor {
        if let again = Cursor(cursor.description), again.description == cursor.description { return again }
        throw ContractViolation(
            law: .cursorOutlivesSource,
            detail: "'\(cursor)' does not become the same cursor again"
        )
    }

    private static func verify(_ narrow: Batch, against all: Batch, _ wanted: [String]) throws {
        let law = ContractViolation.Law.narrowingChangesNothing
        guard narrow.count == all.count else {
            throw ContractViolation(
                law: law,
                detail: "\(narrow.count) records instead of \(all.count) when only \(wanted) are wanted"
            )
        }
        for name in wanted {
            guard let own = narrow.schema.optionalField(name), let its = all.schema.optionalField(name),
                own.kind == its.kind
            else { throw ContractViolation(law: law, detail: "the wanted column '\(name)' is missing") }
            for row in 0..<all.count where narrow[row, own] != all[row, its] {
                throw ContractViolation(
                    law: law,
                    detail: "'\(name)' of record \(row + 1) differs when only \(wanted) are wanted"
                )
            }
        }
    }
}
