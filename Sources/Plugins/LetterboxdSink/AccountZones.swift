internal import Formats
internal import PluginKit

/// The zones that records name: each is looked up once.
final class AccountZones: Sendable {
    private let context: StageContext
    private let fallback: TimeZoneRules
    private let state = Guarded(State())

    private struct State {
        var zones: [[UInt8]: TimeZoneRules] = [:]
        var unknown: String?
        var usesFallback = false
    }

    /// Zones to look up.
    ///
    /// - Parameters:
    ///   - fallback: The zone of records that name none, or one that nobody knows.
    ///   - context: Where zones are looked up.
    init(or fallback: TimeZoneRules, in context: StageContext) {
        self.fallback = fallback
        self.context = context
    }

    /// The rules of a zone that a record names; those of the fallback if it names none.
    func rules(named name: [UInt8]) -> TimeZoneRules {
        state.withLock { state in
            if let zone = state.zones[name] { return zone }
            let text = String(decoding: name, as: UTF8.self)
            // `local` and `account` are not for records to say.
            let isName = !name.isEmpty && text != "local"
            guard isName, let zone = try? context.timeZone(text) else {
                state.usesFallback = true
                if !name.isEmpty { state.unknown = text }
                state.zones[name] = fallback
                return fallback
            }
            state.zones[name] = zone
            return zone
        }
    }

    /// Whether the fallback was needed.
    var usesFallback: Bool { state.withLock { $0.usesFallback } }
    /// A zone that nobody knows.
    var unknown: String? { state.withLock { $0.unknown } }
}

/// The day of a moment in the zone that its record names.
struct AccountDays {
    private let zones: AccountZones?
    private var name: [UInt8] = []
    private var days: LocalDays
    private var isKnown = false

    init(_ settings: Settings) {
        zones = settings.accountZones
        days = settings.zone.localDays
    }

    /// Goes over to the zone of a record; mostly it is that of the record before.
    @inline(__always)
    mutating func enter(_ batch: borrowing Batch, _ row: Int, _ field: Field?) {
        guard let zones else { return }
        if isKnown, let field, batch.text(row, field, equals: name) { return }
        change(zones, field.flatMap { batch.text(row, $0) } ?? "")
    }

    private mutating func change(_ zones: AccountZones, _ text: String) {
        let bytes = Array(text.utf8)
        guard !isKnown || bytes != name else { return }
        name = bytes
        isKnown = true
        days = zones.rules(named: bytes).localDays
    }

    /// The local day of a moment, in days since 1970-01-01.
    @inline(__always)
    mutating func day(ofMilliseconds milliseconds: Int64) -> Int32 { days.day(ofMilliseconds: milliseconds) }
}
