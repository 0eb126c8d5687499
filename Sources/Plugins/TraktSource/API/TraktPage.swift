internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// One answer, as records.
struct TraktPage: Sendable {
    /// The records, in the order in which they came.
    var batch: Batch
    /// The paging that the answer states; nil if it states none.
    let paging: TraktPaging?
    /// The keys that identify the items, in their order: also of items that are left out of the batch.
    let keys: [UInt64]
    /// Whether values of an unexpected kind were treated as missing.
    let hasMismatches: Bool
    /// Times that are not instants; their rows are those before any was left out, one less than the records' numbers.
    let times: OddTimes

    /// A digest of the items, of when they were created, and of their ratings.
    let word: String

    /// The number of items received.
    var count: Int { keys.count }
}

/// Reads answers into records.
struct TraktPageReader: Sendable {
    private let record: TraktRecord
    /// The columns that it reads.
    let schema: Schema
    private let rows: JSONRows
    private let keyFields: [Field]

    /// The columns that identify an item, if they are not null.
    static let keys = ["id", "type", "trakt", "show_trakt", "season", "episode", "episode_trakt"]

    init(_ record: TraktRecord, schema: Schema) {
        self.record = record
        self.schema = schema
        rows = record.rows(for: schema)
        keyFields = Self.keys.compactMap { name in
            schema.columns.firstIndex { $0.name == name }.map { Field(index: $0, kind: schema.columns[$0].kind) }
        }
    }

    /// The columns that have to be read to identify items.
    static func keys(of record: TraktRecord) -> [String] {
        switch record.data {
        case .history, .watchlist, .favorites, .comments, .notes, .lists, .list: ["id", "trakt"]
        case .watched, .ratings, .collection: ["trakt", "show_trakt", "season", "episode", "episode_trakt"]
        }
    }

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - subject: The `type` of records that do not state it themselves.
    ///   - name: The name of the answer in messages.
    /// - Returns: The records.
    /// - Throws: `StageFailure.transient` if it is not an array of objects, or truncated.
    func page(_ response: HTTPResponse, about subject: String?, name: String) throws -> TraktPage {
        var batch = Batch(schema)
        var reader = JSONRowReader(
            BytesInput(response.body),
            rows: rows,
            name: name,
            expectedSize: response.body.count
        )
        var odd: [JSONRows.OddInstant] = []
        while true {
            let hasMore: Bool
            do throws(Diagnostic) {
                hasMore = try reader.read(into: &batch, atMost: 1 << 20)
            } catch {
                throw StageFailure.transient(
                    Diagnostic(
                        "trakt.damaged",
                        message: "\(name): the answer cannot be read: \(error.message)",
                        hint: "run it again later",
                        cause: .diagnostic(error)
                    )
                )
            }
            odd += reader.oddInstants
            guard hasMore else { break }
            guard batch.bytesOfText < 8 << 20 else { throw Self.tooLarge(name) }
        }
        record.tidy(&batch, about: subject)
        let keys = keys(of: batch)
        let word = word(of: batch, keys: keys)
        record.leaveOut(&batch)
        return TraktPage(
            batch: batch,
            paging: TraktPaging(response.headers),
            keys: keys,
            hasMismatches: reader.mismatches > 0,
            times: OddTimes(odd, of: schema),
            word: word
        )
    }

    private static func tooLarge(_ name: String) -> Diagnostic {
        Diagnostic(
            "trakt.too-large",
            message: "\(name): one answer contains more than a page can have",
            hint: "read the export ZIP instead: https://app.trakt.tv/settings/data"
        )
    }

    /// The columns that change when the owner changes something; what other users do to a film or a list is not among
    /// them.
    private static let changing = ["watched_at", "rating", "rated_at", "listed_at", "collected_at", "updated_at"]

    private func word(of batch: borrowing Batch, keys: [UInt64]) -> String {
        var digest = Digest()
        for key in keys { digest.add(Int64(bitPattern: key)) }
        for (index, column) in schema.columns.enumerated() where Self.changing.contains(column.name) {
            let field = Field(index: index, kind: column.kind)
            for row in 0..<batch.count {
                digest.add(
                    (field.kind == .instant ? batch.instant(row, in: field) : batch.integer(row, in: field)) ?? -1
                )
            }
        }
        return digest.text
    }

    private func keys(of batch: borrowing Batch) -> [UInt64] {
        var keys: [UInt64] = []
        keys.reserveCapacity(batch.count)
        let id = keyFields.first
        for row in 0..<batch.count {
            var digest = Digest()
            if let id, id.kind == .integer, let number = batch.integer(row, in: id),
                schema.columns[id.index].name == "id"
            {
                digest.add(number)
            } else {
                for field in keyFields {
                    if field.kind == .integer {
                        digest.add(batch.integer(row, in: field) ?? -1)
                    } else {
                        digest.add(batch.text(row, in: field) ?? "")
                    }
                }
            }
            keys.append(digest.value)
        }
        return keys
    }
}
