internal import Diagnostics
internal import Formats
internal import PluginKit
internal import Records

/// Handles the times of a page that are not instants.
///
/// Trakt writes `2014-09-01T09:10:11.000Z`; a program that wrote or edited an export later may not. A time without a
/// zone is in the account's zone. A record with a time that cannot be read is rejected: without its time, a play would
/// lose its place in the diary, or be filtered for the wrong reason.
struct OddTimes {
    /// A time that cannot be read.
    struct Unreadable: Sendable {
        /// The row of the batch.
        let row: Int
        let column: String
        let text: String

        /// Why the record is rejected.
        var reason: String { "its '\(column)' cannot be read as a time: '\(text)'" }
    }

    /// The zone of times that name none.
    struct Zone: Sendable {
        let rules: TimeZoneRules
        /// Its name in the report.
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
    ///   - found: The times that the reader has found.
    ///   - removed: Rows that have been left out since, in their order: later rows have moved up.
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

    /// Converts times without a zone to instants, and reports their number.
    ///
    /// - Parameters:
    ///   - zone: Their zone.
    ///   - batch: The page.
    ///   - areNumbered: Whether records are identified by their numbers, from 1, since some may have been left out.
    func place(in zone: Zone, of batch: inout Batch, byNumber areNumbered: Bool = false) {
        var rows: [Int: Int] = [:]
        if areNumbered { for row in 0..<batch.count { rows[batch.number(of: row) - 1] = row } }
        var instants: [Field: [Int: Int64]] = [:]
        for time in local {
            guard let row = areNumbered ? rows[time.row] : time.row else { continue }
            instants[time.field, default: [:]][row] = zone.rules.instant(ofLocal: time.clock)
        }
        for (field, instants) in instants {
            batch.replace(field) { batch, out in
                for row in 0..<batch.count {
                    if let moment = instants[row] {
                        out.append(instant: moment)
                    } else {
                        out.append(row, of: batch, in: field)
                    }
                }
            }
        }
        let placed = instants.values.reduce(0) { $0 + $1.count }
        let rest = "as those of \(zone.words)"
        batch.remark(
            on: placed,
            words: "times without a zone were read \(rest)",
            one: "time without a zone was read \(rest)"
        )
    }

    /// Rejects the records of times that cannot be read.
    ///
    /// - Parameters:
    ///   - batch: The page.
    ///   - code: The code of the rejections.
    ///   - areNumbered: Whether records are identified by their numbers, from 1, since some may have been left out.
    func reject(from batch: inout Batch, code: Diagnostic.Code, byNumber areNumbered: Bool = false) {
        guard !unreadable.isEmpty else { return }
        let reasons = Dictionary(unreadable.map { ($0.row, $0.reason) }) { first, _ in first }
        batch.reject { batch, row in reasons[areNumbered ? batch.number(of: row) - 1 : row].map { (code, $0) } }
    }

    /// `unknown` is how Trakt accepts an unknown date; 0000-00-00 is how MySQL writes one.
    private static func isUnknown(_ text: String) -> Bool { text == "unknown" || text.hasPrefix("0000-") }
}
