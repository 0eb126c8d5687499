internal import Formats
internal import PluginKit

/// The time zones that records name; each is looked up once.
///
/// A named zone that cannot be found ends the run: otherwise the days would silently be those of another zone.
final class AccountZones: Sendable {
    private let context: StageContext
    private let state = Locked(State())

    private struct State {
        var zones: [[UInt8]: TimeZoneRules] = [:]
        var local: TimeZoneRules?
    }

    /// Creates an empty set of zones.
    ///
    /// - Parameter context: Looks up zones.
    init(in context: StageContext) { self.context = context }

    /// The rules of a zone that a record names; nil if it names none.
    ///
    /// - Throws: `environment.time-zones` if this machine has no such zone.
    func rules(named name: [UInt8]) throws(Diagnostic) -> TimeZoneRules? {
        guard !name.isEmpty else { return nil }
        return try state.withLock { state throws(Diagnostic) in
            if let zone = state.zones[name] { return zone }
            let zone = try find(String(decoding: name, as: UTF8.self))
            state.zones[name] = zone
            return zone
        }
    }

    /// The machine's zone, for records that name none; looked up only if needed.
    func local() throws(Diagnostic) -> TimeZoneRules {
        try state.withLock { state throws(Diagnostic) in
            if let zone = state.local { return zone }
            let zone = try context.timeZone("local")
            state.local = zone
            return zone
        }
    }

    /// The machine's zone, if it was needed.
    var localIfUsed: TimeZoneRules? { state.withLock { $0.local } }

    private func find(_ name: String) throws(Diagnostic) -> TimeZoneRules {
        do throws(Diagnostic) {
            // Records cannot name `local`.
            guard name != "local" else {
                throw Diagnostic("zone.unknown", message: "there is no time zone 'local'", category: .usage)
            }
            return try context.timeZone(name)
        } catch {
            throw Diagnostic(
                "environment.time-zones",
                message: "the account's time zone is '\(name.prefix(60))', and \(error.message)",
                category: .environment,
                hint: error.category == .usage
                    ? "name the zone that you watched in (-D zone=Europe/Paris); if the name is new, install the "
                        + "newest package 'tzdata'"
                    : error.hint,
                cause: .diagnostic(error)
            )
        }
    }
}

/// Converts times to days in the zone of each record, and collects remarks about the zones.
struct AccountDays {
    private let zones: AccountZones
    /// The zone of all records; nil if each record has its own.
    private let zone: TimeZoneRules?
    /// Whether `zone` is this machine's.
    private let isLocal: Bool
    private var name: [UInt8] = []
    private var isKnown = false
    private var days: LocalDays
    /// The days of the account's zone, if it differs.
    private var accountDays: LocalDays?
    /// The description of the current zone in the report.
    private var place = ""
    /// Whether the account's zone can be compared, as far as that is needed.
    private var isComparable = true
    private var dated = 0
    private var moved = 0
    private var midnights = 0
    private(set) var remarks: [Remark] = []

    /// Creates the days for records.
    ///
    /// - Parameters:
    ///   - zones: The zones that records name.
    ///   - zone: The zone of all records; nil if each record has its own.
    ///   - isLocal: Whether `zone` is this machine's.
    init(_ zones: AccountZones, zone: TimeZoneRules?, isLocal: Bool) {
        self.zones = zones
        self.zone = zone
        self.isLocal = isLocal
        days = (zone ?? .utc).localDays
    }

    /// Switches to the zone of a record; usually it is that of the previous record.
    ///
    /// - Throws: `environment.time-zones` if the zone is needed and this machine does not have it.
    @inline(__always)
    mutating func enter(_ batch: borrowing Batch, row: Int, field: Field?) throws(Diagnostic) {
        if isKnown {
            guard let field else { return }
            if batch.text(row, in: field, equals: name) { return }
        }
        try change(field.flatMap { batch.text(row, in: $0) } ?? "")
    }

    private mutating func change(_ text: String) throws(Diagnostic) {
        let bytes = Array(text.utf8)
        guard !isKnown || bytes != name else { return }
        close()
        name = bytes
        isKnown = true
        isComparable = true
        if let zone {
            place = isLocal ? "\(zone.name), this machine's zone" : "\(zone.name), as 'time_zone' states"
            do throws(Diagnostic) {
                accountDays = try zones.rules(named: bytes).flatMap { $0.hasSameClock(as: zone) ? nil : $0.localDays }
            } catch {
                accountDays = nil
                isComparable = false
            }
        } else if let own = try zones.rules(named: bytes) {
            place = "\(own.name), the account's zone"
            days = own.localDays
        } else {
            let local = try zones.local()
            place = "\(local.name), this machine's zone, since the account's is unknown"
            days = local.localDays
        }
    }

    /// The local day of a time, in days since 1970-01-01.
    @inline(__always)
    mutating func day(ofMicroseconds microseconds: Int64) -> Int32 {
        let day = days.day(ofMicroseconds: microseconds)
        dated &+= 1
        if accountDays != nil, accountDays?.day(ofMicroseconds: microseconds) != day { moved &+= 1 }
        let aDay = Int64(ISO8601.microsecondsADay)
        if microseconds % aDay == 0, Int64(day) &* aDay != microseconds { midnights &+= 1 }
        return day
    }

    /// Adds the remarks about the records so far.
    mutating func close() {
        func note(_ count: Int, one: String, many words: String) {
            if count > 0 { remarks.add(Remark(words, count: count, one: one)) }
        }
        note(dated, one: "viewing has its day in \(place)", many: "viewings have their days in \(place)")
        let account = String(decoding: name, as: UTF8.self)
        let elsewhere = "on another day than in \(account), the account's zone"
        note(moved, one: "viewing is \(elsewhere)", many: "viewings are \(elsewhere)")
        note(
            isComparable ? 0 : dated,
            one: "viewing may be on another day than in the account's zone, which this machine does not have",
            many: "viewings may be on another day than in the account's zone, which this machine does not have"
        )
        let midnight = "at 00:00 UTC, as imports of days without a time leave them"
        note(
            midnights,
            one: "viewing \(midnight), is on another day in \(days.zone.name)",
            many: "viewings \(midnight), are on another day in \(days.zone.name)"
        )
        (dated, moved, midnights) = (0, 0, 0)
    }
}
