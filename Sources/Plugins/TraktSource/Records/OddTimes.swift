internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Handles the times of a page that are not instants as they stand.
///
/// Trakt writes `2014-09-01T09:10:11.000Z`; what wrote or edited an export after it may not. A time without a zone is
/// one of the account's zone. Whatever cannot be read is a reason to refuse its record: without its time a play would
/// lose its place in the diary, or go for a reason that is not one.
struct OddTimes {
    /// A time that cannot be read.
    struct Unreadable: Sendable {
        /// The row of the batch.
        let row: Int
        let column: String
        let text: String

        /// Why the record is refused.
        var reason: String { "its '\(column)' cannot be read as a time: '\(text)'" }
    }

    /// The zone of times that name none.
    struct Zone: Sendable {
        let rules: TimeZoneRules
        /// What the report calls it.
        let words: String

        /// The zone that an account states; the machine's if it states none.
        ///
        /// - Throws: `environment.time-zones` if this machine has no such zone.
        init(named name: String?, in context: StageContext) throws(Diagnostic) {
            guard let name else {
                rules = try context.timeZone("local")
                words = "\(rules.name), this machine's zone, since the account's is not known"
                return
            }
            do throws(Diagnostic) {
                rules = try context.timeZone(name == "local" ? "" : name)
            } catch {
                throw Diagnostic(
                    "environment.time-zones",
                    message:
                        "there are times without a zone, the account's zone is '\(name.prefix(60))', and \(error.message)",
                    category: .environment,
                    hint: error.category == .usage
                        ? "a new zone needs the newest package 'tzdata'" : error.hint,
                    cause: .diagnostic(error)
                )
            }
            words = "\(rules.name), the account's zone"
        }
    }

    /// Times without a zone: their rows, columns and clock times.
    private(set) var local: [(row: Int, field: Field, clock: Int64)] = []
    /// Times that cannot be read, in the order of their rows.
    private(set) var unreadable: [Unreadable] = []

    /// The odd times of a page, without those that stand for an unknown date.
    ///
    /// - Parameters:
    ///   - found: What the reader has found.
    ///   - removed: Rows that have been left out since, in their order: those that follow have moved up.
    ///   - schema: The columns of the page.
    init(_ found: [JSONRows.OddInstant], without removed: [Int] = [], of schema: Schema) {
        for odd in found where !removed.contains(odd.row) {
            let row = odd.row - removed.count { $0 < odd.row }
            if let clock = odd.local {
                if !TraktRecord.isUnknown(clock) { local.append((row, odd.field, clock)) }
            } else if !Self.isUnknown(odd.text) {
                unreadable.append(
                    Unreadable(
                        row: row,
                        column: schema.columns[odd.field.index].name,
                        text: VisibleText.line(odd.text, atMost: 200)
                    )
                )
            }
        }
    }

    /// Gives times without a zone their instants, and notes how many there were.
    ///
    /// - Parameters:
    ///   - zone: The zone that they are of.
    ///   - batch: The page.
    ///   - areNumbered: Whether records are known by their numbers, from 1, since some may have been left out.
    func place(in zone: Zone, of batch: inout Batch, byNumber areNumbered: Bool = false) {
        var rows: [Int: Int] = [:]
        if areNumbered { for row in 0..<batch.count { rows[batch.number(of: row) - 1] = row } }
        var moments: [Field: [Int: Int64]] = [:]
        for time in local {
            guard let row = areNumbered ? rows[time.row] : time.row else { continue }
            moments[time.field, default: [:]][row] = zone.rules.instant(ofLocal: time.clock)
        }
        for (field, moments) in moments {
            batch.replace(field) { batch, out in
                for row in 0..<batch.count {
                    if let moment = moments[row] {
                        out.append(instant: moment)
                    } else {
                        out.append(row, of: batch, in: field)
                    }
                }
            }
        }
        let placed = moments.values.reduce(0) { $0 + $1.count }
        let rest = "as those of \(zone.words)"
        batch.remark(
            on: placed,
            words: "times without a zone were read \(rest)",
            one: "time without a zone was read \(rest)"
        )
    }

    /// Takes out the records of times that cannot be read.
    ///
    /// - Parameters:
    ///   - batch: The page.
    ///   - code: The code of the rejections.
    ///   - areNumbered: Whether records are known by their numbers, from 1, since some may have been left out.
    func reject(from batch: inout Batch, code: Diagnostic.Code, byNumber areNumbered: Bool = false) {
        guard !unreadable.isEmpty else { return }
        let reasons = Dictionary(unreadable.map { ($0.row, $0.reason) }) { first, _ in first }
        batch.reject { batch, row in reasons[areNumbered ? batch.number(of: row) - 1 : row].map { (code, $0) } }
    }

    /// `unknown` is how Trakt takes an unknown date; 0000-00-00 is how MySQL writes one.
    private static func isUnknown(_ text: String) -> Bool { text == "unknown" || text.hasPrefix("0000-") }
}
