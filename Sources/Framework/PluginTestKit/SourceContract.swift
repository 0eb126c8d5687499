public import PluginKit

/// Verifies that a source obeys the laws of sources.
public enum SourceContract {
    /// Has a source describe what it delivers; reads it to its end, then every page again, then every page with a new
    /// source and a cursor that was converted to text and back, and once more with only some of the columns, and with
    /// none.
    ///
    /// An incremental source (`Increment`) is read from values that occur, from below the first and from above the
    /// last: the records are those of the whole with this value or a larger one, in their order. If there are many
    /// values, some are selected, spread evenly.
    ///
    /// At the end the engine runs it, with a checkpoint after each page and with none, and interrupted in between.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    ///   - limit: The most pages that it may have; with more, it counts as a source without an end.
    /// - Returns: All records, with the rejections and remarks of all pages, for the test's own expectations.
    /// - Throws: `ContractViolation`, or what the source throws.
    @discardableResult
    public static func verify<S: Source>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench(),
        atMost limit: Int = 100_000
    ) async throws -> Batch {
        let all = try await verifyPages(source, options: options, on: bench, atMost: limit)
        try await verifyRun(source, options: options, on: bench, expecting: all)
        try await verifyIncrement(source, options: options, on: bench, expecting: all, atMost: limit)
        return all
    }

    /// Has the engine read it.
    static func verifyRun<S: Source>(
        _ source: S.Type,
        options: String,
        on bench: Bench,
        expecting all: Batch
    ) async throws {
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

    /// The laws of all sources, without a run of the engine: for tests with many inputs.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: The bench that creates it.
    ///   - limit: The most pages that it may have.
    /// - Returns: All records, in their order.
    /// - Throws: `ContractViolation`, and what the source throws.
    package static func verifyPages<S: Source>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench(),
        atMost limit: Int = 100_000
    ) async throws -> Batch {
        try verifyMaking(source, options: options, on: bench)
        let made = try bench.source(source, options: options)
        let description = try await verifyDescription(of: made, again: try bench.source(source, options: options))
        let whole = ReadRequest(description.schema)
        let reading = try await SourceReading(made, for: whole, atMost: limit)
        for page in reading.pages.reversed() {
            // Last first, so that a source that can only read forward fails.
            try page.verify(try await SourcePage(made, at: page.cursor, request: whole), law: .sameCursorSamePage)
        }
        for page in reading.pages {
            let cursor = try page.cursor.map { try again($0) }
            try page.verify(
                try await SourcePage(try bench.source(source, options: options), at: cursor, request: whole),
                law: .cursorOutlivesSource
            )
        }
        let names = reading.all.schema.names
        for remainder in [0, 1, nil] {
            let wanted = names.enumerated().filter { $0.offset % 2 == remainder }.map(\.element)
            let request = ReadRequest(description.schema.keeping { wanted.contains($0.name) })
            let narrow = try await SourceReading(
                try bench.source(source, options: options),
                for: request,
                atMost: limit
            )
            try verify(narrow.all, against: reading.all, wanted: wanted)
        }
        // The same source gets another request than before: cached data of one request must not answer the other.
        let allOptional = ReadRequest(description.schema, optional: Set(names))
        try verifyOptional(try await SourceReading(made, for: allOptional, atMost: limit).all, against: reading.all)
        return reading.all
    }

    /// Verifies that a source can be created although its input does not exist: only `describe` and `read` access it.
    private static func verifyMaking<S: Source>(_ source: S.Type, options: String, on bench: Bench) throws {
        var elsewhere = options
        for file in try bench.options(S.Options.self, from: options).declaredFiles {
            guard case .reads(let path) = file.use, !path.path.isEmpty else { continue }
            elsewhere = elsewhere.replacing(path.path, with: path.path + "-that-is-not-there")
        }
        guard elsewhere != options else { return }
        do {
            _ = try bench.source(source, options: elsewhere)
        } catch {
            throw ContractViolation(
                law: .doesNotLookWhenMade,
                detail: "it cannot be created for an input that does not exist: \(error)"
            )
        }
    }

    private static func verifyDescription<S: Source>(of source: S, again: S) async throws -> Description {
        let description = try await source.describe()
        let others = [("again", try await source.describe()), ("by a new source", try await again.describe())]
        for (words, other) in others + (source.declared.map { [("by its options", $0)] } ?? [])
        where other != description {
            throw ContractViolation(
                law: .describesAlike,
                detail: "the columns are \(description.schema.names), and \(words) they are \(other.schema.names)"
                    + (description.schema == other.schema ? "; they differ in kind, or in how they grow" : "")
            )
        }
        return description
    }

    /// Verifies that each optional column has the right values, or only nulls.
    private static func verifyOptional(_ optional: Batch, against all: Batch) throws {
        let law = ContractViolation.Law.narrowingChangesNothing
        guard optional.count == all.count else {
            throw ContractViolation(
                law: law,
                detail: "\(optional.count) records instead of \(all.count) when columns are optional"
            )
        }
        for field in all.schema.fields {
            let isThere = (0..<all.count).contains { !optional.isNull($0, in: field) }
            for row in 0..<all.count where isThere && optional[row, field] != all[row, field] {
                throw ContractViolation(
                    law: law,
                    detail: "'\(all.schema.names[field.index])' of record \(row + 1) differs when it is optional"
                )
            }
        }
    }

    /// A cursor that was converted to text and back, as in a checkpoint.
    static func again<Cursor: LosslessStringConvertible>(_ cursor: Cursor) throws -> Cursor {
        if let again = Cursor(cursor.description), again.description == cursor.description { return again }
        throw ContractViolation(
            law: .cursorOutlivesSource,
            detail: "'\(cursor)' converted to text and back is another cursor"
        )
    }

    private static func verify(_ narrow: Batch, against all: Batch, wanted: [String]) throws {
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
