public import PluginKit

/// Holds a source to the laws of sources.
public enum SourceContract {
    /// Reads a source to its end, then every page again, from a source made anew and from cursors that were text in
    /// between, and once more with only some of the columns.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - options: Its options, as lines of TOML.
    ///   - bench: What it may use.
    /// - Returns: All records, for expectations of the test's own.
    /// - Throws: `ContractViolation`, or what the source throws.
    @discardableResult
    public static func verify<S: Source>(
        _ source: S.Type,
        options: String = "",
        on bench: Bench = Bench()
    ) async throws -> Batch {
        let schema = try await bench.source(source, options).schema
        let pages = try await pages(of: try bench.source(source, options))
        var all = Batch(schema)
        for page in pages {
            guard page.batch.schema == schema else {
                throw ContractViolation(
                    law: .schemaAsPromised,
                    detail: "\(page.place) has the columns \(page.batch.schema.names), promised are \(schema.names)"
                )
            }
            for row in 0..<page.batch.count { all.append(row, of: page.batch) }
        }
        try await verifyAgain(try bench.source(source, options), pages, law: .sameCursorSamePage)
        for page in pages {
            try await verifyAgain(try bench.source(source, options), [page], law: .cursorOutlivesSource)
        }
        try await verifyNarrowing(source, options, bench, all)
        return all
    }

    private struct Page {
        let cursor: String?
        let batch: Batch
        let next: [String]

        var place: String { cursor.map { "the page at '\($0)'" } ?? "the first page" }
    }

    private static func pages<S: Source>(of source: S) async throws -> [Page] {
        var pages: [Page] = []
        var waiting: [String?] = [nil]
        while let cursor = waiting.popLast() {
            let page = try await read(source, at: cursor)
            pages.append(page)
            waiting += page.next.reversed().map(Optional.some)
            guard pages.count <= 100_000 else {
                throw ContractViolation(law: .endsSometime, detail: "after 100,000 pages there are still more")
            }
        }
        return pages
    }

    private static func read<S: Source>(_ source: S, at text: String?) async throws -> Page {
        let cursor = try text.map { text in
            guard let cursor = S.Cursor(text), cursor.description == text else {
                throw ContractViolation(
                    law: .cursorOutlivesSource,
                    detail: "'\(text)' does not become the same cursor again"
                )
            }
            return cursor
        }
        var batch = Batch(try await source.schema)
        let next: [String] =
            switch try await source.read(at: cursor, into: &batch) {
            case .end: []
            case .at(let next): [next.description]
            case .pages(let cursors): cursors.map(\.description)
            }
        return Page(cursor: text, batch: batch, next: next)
    }

    /// Reads pages again, last first, so that no source gets by with only ever going on.
    private static func verifyAgain<S: Source>(_ source: S, _ pages: [Page], law: ContractViolation.Law) async throws {
        for page in pages.reversed() {
            let again = try await read(source, at: page.cursor)
            guard again.batch == page.batch, again.next == page.next else {
                throw ContractViolation(
                    law: law,
                    detail: "\(page.place) had \(page.batch.count) records and led to \(page.next); again: "
                        + "\(again.batch.count) records, to \(again.next)"
                )
            }
        }
    }

    private static func verifyNarrowing<S: Source>(
        _ source: S.Type,
        _ options: String,
        _ bench: Bench,
        _ all: Batch
    ) async throws {
        let wanted = Set(all.schema.names.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
        var narrow = Bench(batchSize: bench.context.batchSize, wanted: wanted)
        narrow.context = StageContext(
            stage: bench.context.stage,
            run: bench.context.run,
            batchSize: bench.context.batchSize,
            log: bench.context.log,
            time: bench.context.time,
            environment: bench.context.environment,
            wanted: wanted
        )
        let pages = try await pages(of: try narrow.source(source, options))
        var row = 0
        for page in pages {
            for ownRow in 0..<page.batch.count {
                defer { row += 1 }
                guard row < all.count, same(wanted, page.batch, ownRow, all, row) else {
                    throw ContractViolation(
                        law: .narrowingChangesNothing,
                        detail: "record \(row + 1) differs when only \(wanted.sorted()) are wanted"
                    )
                }
            }
        }
        guard row == all.count else {
            throw ContractViolation(law: .narrowingChangesNothing, detail: "\(row) records instead of \(all.count)")
        }
    }

    private static func same(_ columns: Set<String>, _ left: Batch, _ row: Int, _ right: Batch, _ other: Int) -> Bool {
        columns.allSatisfy { name in
            guard let own = left.schema.optionalField(name), let its = right.schema.optionalField(name) else {
                return false
            }
            return left[row, own] == right[other, its]
        }
    }
}
