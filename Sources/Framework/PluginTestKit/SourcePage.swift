internal import PluginKit

/// One page of a source, and where it leads.
struct SourcePage<S: Source> {
    let cursor: S.Cursor?
    let batch: Batch
    let next: [S.Cursor]

    /// How a page is read.
    typealias Read = (S, S.Cursor?, inout Batch) async throws -> Next<S.Cursor>

    /// Reads a page as every source does.
    static var whole: Read { { try await $0.read(at: $1, into: &$2) } }

    /// Reads a page.
    init(_ source: S, at cursor: S.Cursor?, _ read: Read = Self.whole) async throws {
        var batch = Batch(try await source.schema)
        switch try await read(source, cursor, &batch) {
        case .end: next = []
        case .at(let following): next = [following]
        case .pages(let list): next = list
        }
        self.cursor = cursor
        self.batch = batch
    }

    var place: String { cursor.map { "the page at '\($0)'" } ?? "the first page" }

    /// Holds a second reading of the page against this one: records, rejected and left-out ones, and the way on.
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
