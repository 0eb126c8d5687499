internal import PluginKit

/// A source read from its start to its end.
struct SourceReading<S: Source> {
    let pages: [SourcePage<S>]
    let all: Batch

    /// Reads a source to its end.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - request: The columns and records that are wanted.
    ///   - limit: The most pages that it may have.
    /// - Throws: `ContractViolation`, or what the source throws.
    init(_ source: S, for request: ReadRequest, atMost limit: Int) async throws {
        let schema = request.schema
        var pages: [SourcePage<S>] = []
        var all = Batch(schema)
        // The last page of a list is next; a page in a list, except the last one, has no next page.
        var waiting: [(cursor: S.Cursor?, mayLeadOn: Bool)] = [(nil, true)]
        while let (cursor, mayLeadOn) = waiting.popLast() {
            guard pages.count < limit else {
                throw ContractViolation(law: .endsSometime, detail: "after \(limit) pages there are still more")
            }
            let page = try await SourcePage(source, at: cursor, request: request)
            guard page.batch.schema == schema else {
                throw ContractViolation(
                    law: .schemaAsPromised,
                    detail: "\(page.place) has the columns \(page.batch.schema.names), promised are \(schema.names)"
                )
            }
            guard mayLeadOn || page.next.isEmpty else {
                throw ContractViolation(
                    law: .listedPagesEnd,
                    detail: "\(page.place) is one of a list, not the last, and leads to \(page.next.map(\.description))"
                )
            }
            for (index, cursor) in page.next.enumerated().reversed() {
                waiting.append((cursor, index == page.next.count - 1))
            }
            all.append(contentsOf: page.batch)
            var notes = page.batch
            all.adopt(notesOf: &notes)
            pages.append(page)
        }
        self.pages = pages
        self.all = all
    }
}
