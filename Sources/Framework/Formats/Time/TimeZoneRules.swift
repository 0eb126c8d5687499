/// The offsets of local time in one time zone.
///
/// They are read from the bytes of a TZif file (RFC 8536), such as `/usr/share/zoneinfo/Europe/Dublin`; the caller
/// reads the file. Times after the last transition of the file follow the rule in its footer. Times before the first
/// one follow its first local time type, which is local mean time in the files of the tz project.
public struct TimeZoneRules: Sendable, Hashable {
    /// The name of the zone: `Europe/Dublin`.
    public let name: String
    /// Seconds since 1970 at which the offset changes, in ascending order.
    let transitions: [Int64]
    /// Seconds east of UTC: before the first transition, then from each one on; one more than there are transitions.
    let offsets: [Int]
    /// The rule that is valid from the last transition on, if the file states one.
    let rule: POSIXTimeZone?

    /// Coordinated universal time: offset 0, without transitions.
    public static let utc = TimeZoneRules(name: "UTC", transitions: [], offsets: [0], rule: nil)

    init(name: String, transitions: [Int64], offsets: [Int], rule: POSIXTimeZone?) {
        self.name = name
        self.transitions = transitions
        self.offsets = offsets
        self.rule = rule
    }

    /// The same rules under another name of the zone.
    public func named(_ name: String) -> TimeZoneRules {
        TimeZoneRules(name: name, transitions: transitions, offsets: offsets, rule: rule)
    }

    /// Whether two zones have the same rules, whatever their names.
    public func hasSameClock(as other: TimeZoneRules) -> Bool {
        transitions == other.transitions && offsets == other.offsets && rule == other.rule
    }

    /// The instant of a local time.
    ///
    /// If there are two, the first; if the clock was set forward past the local time, the instant that it would have
    /// been without that.
    ///
    /// - Parameter microseconds: Local time, as microseconds from 1970-01-01T00:00:00 local time.
    /// - Returns: Microseconds since 1970-01-01T00:00:00Z.
    public func instant(ofLocal microseconds: Int64) -> Int64 {
        let seconds = Int64(CivilDate.floorDivide(Int(microseconds), by: 1_000_000))
        let day: Int64 = 86_400
        let before = Int64(offset(at: seconds - 2 * day))
        let after = Int64(offset(at: seconds + 2 * day))
        for candidate in [before, after] where Int64(offset(at: seconds - candidate)) == candidate {
            return microseconds &- candidate * 1_000_000
        }
        return microseconds &- before * 1_000_000
    }

    /// The offset of local time at an instant.
    ///
    /// - Parameter seconds: Seconds since 1970-01-01T00:00:00Z.
    /// - Returns: Seconds east of UTC; negative west of it.
    public func offset(at seconds: Int64) -> Int { stretch(around: seconds).offset }

    /// Converts instants to local dates, fast if they are roughly in chronological order.
    public var localDays: LocalDays { LocalDays(in: self) }

    /// An interval with one offset, in seconds since 1970: it includes `from` and excludes `until`.
    struct Stretch {
        var from: Int64
        var until: Int64
        var offset: Int
    }

    func stretch(around seconds: Int64) -> Stretch {
        // The first transition after the instant.
        var lower = 0
        var upper = transitions.count
        while lower < upper {
            let middle = (lower + upper) / 2
            if transitions[middle] <= seconds { lower = middle + 1 } else { upper = middle }
        }
        let from = lower > 0 ? transitions[lower - 1] : .min
        if lower < transitions.count {
            return Stretch(from: from, until: transitions[lower], offset: offsets[lower])
        }
        guard let rule else { return Stretch(from: from, until: .max, offset: offsets[lower]) }
        var stretch = rule.stretch(around: seconds)
        stretch.from = max(stretch.from, from)
        return stretch
    }
}

/// Converts a series of instants to local dates.
///
/// It caches the interval of the last instant: an instant in the same half year as the one before it costs two
/// comparisons and a division.
public struct LocalDays: Sendable {
    /// The zone of the local dates.
    public let zone: TimeZoneRules
    private var from: Int64 = 0
    private var until: Int64 = 0
    private var offset: Int64 = 0

    /// Creates a converter from instants to local dates.
    public init(in zone: TimeZoneRules) { self.zone = zone }

    /// The local date of an instant.
    ///
    /// - Parameter microseconds: Microseconds since 1970-01-01T00:00:00Z.
    /// - Returns: Days since 1970-01-01, negative before it.
    public mutating func day(ofMicroseconds microseconds: Int64) -> Int32 {
        if microseconds < from || microseconds >= until { look(around: microseconds) }
        let (local, overflow) = microseconds.addingReportingOverflow(offset)
        guard !overflow else { return microseconds < 0 ? .min : .max }
        return Int32(clamping: CivilDate.floorDivide(Int(local), by: ISO8601.microsecondsADay))
    }

    private mutating func look(around microseconds: Int64) {
        let stretch = zone.stretch(around: Int64(CivilDate.floorDivide(Int(microseconds), by: 1_000_000)))
        from = stretch.from.multiplied(clamped: 1_000_000)
        until = stretch.until.multiplied(clamped: 1_000_000)
        offset = Int64(stretch.offset) * 1_000_000
    }
}
