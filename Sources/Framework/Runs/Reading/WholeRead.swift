internal import Diagnostics
internal import Records

/// Marks a source that a run reads completely, and how many records the source counted below the bookmark before.
struct WholeRead: StoredState {
    let since: Int64
    /// The number of records below `since`; nil if the source does not count.
    let count: Int?

    /// The longest interval between complete readings, in microseconds: a week.
    static let interval: Int64 = 7 * 86_400_000_000

    init(since: Int64, count: Int?) {
        self.since = since
        self.count = count
    }

    func write(to writer: inout StateWriter) {
        writer.write(since)
        writer.write(Int64(count ?? -1))
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        since = try reader.readInteger()
        let number = Int(try reader.readInteger())
        count = number < 0 ? nil : number
    }
}
