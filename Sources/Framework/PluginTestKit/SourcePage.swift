public import PluginKit

/// One page of a source, and where the next one begins.
struct SourcePage<S: Source> {
    let cursor: S.Cursor?
    let batch: Batch
    let next: [S.Cursor]

    /// Reads a page.
    init(_ source: S, at cursor: S.Cursor?, request: ReadRequest) async throws {
        var batch = Batch(request.schema)
        switch try await source.read(at: cursor, for: request, into: &batch) {
        case .end: next = []
        case .at(let following): next = [following]
        case .pages(let list): next = list
        }
        self.cursor = cursor
        self.batch = batch
    }

    var place: String { cursor.map { "the page at '\($0)'" } ?? "the first page" }

    /// Compares a second reading of the page with this one: records, rejected and filtered ones, and the next cursor.
    func verify(_ again: SourcePage, law: ContractViolation.Law) throws {
        guard
            again.batch == batch, again.batch.rejections == batch.rejections, again.batch.filtered == batch.filtered,
            again.next.map(\.description) == next.map(\.description)
        else {
            throw ContractViolation(
                law: law,
                detail: "\(place) had \(batch.count) records and led to \(next.map(\.description)); again: "
                    + "\(again.batch.count) records, to \(again.next.map(\.description))"
                    + (again.batch.count == batch.count ? ", and something in them differs" : "")
            )
        }
    }
}

extension Source {
    /// Reads a page with the columns that a batch has, for tests.
    ///
    /// - Parameters:
    ///   - cursor: Where the page begins; nil for the first.
    ///   - since: The lowest value wanted in the growing column; nil for all records.
    ///   - batch: An empty batch with the columns that are wanted.
    /// - Returns: Where the next page begins, if there is one.
    /// - Throws: What the source throws.
    public func readPage(
        at cursor: Cursor?,
        since: Int64? = nil,
        into batch: inout Batch
    ) async throws -> Next<Cursor> {
        try await read(at: cursor, for: ReadRequest(batch.schema, since: since), into: &batch)
    }
}
