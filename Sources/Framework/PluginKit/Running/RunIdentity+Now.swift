public import Formats
internal import Glibc
internal import Synchronization

private let runsBegun = Atomic<Int>(0)

extension RunIdentity {
    /// The identity of a run that begins now.
    ///
    /// - Parameters:
    ///   - pipeline: The name of the pipeline.
    ///   - partition: The part of the records, such as `2of8`; nil for all.
    ///   - zone: The machine's time zone; nil for the one that the C library uses, which is UTC if it finds no rules.
    ///   - instance: The name of this use of the pipeline; nil for the default one.
    /// - Returns: An identity that no other run on the machine has.
    public static func now(
        pipeline: String,
        partition: String? = nil,
        zone: TimeZoneRules? = nil,
        instance: String? = nil
    ) -> RunIdentity {
        var seconds = time_t(SystemClock.seconds)
        var local = tm()
        var utc = tm()
        if let zone {
            var shown = seconds + zone.offset(at: Int64(seconds))
            gmtime_r(&shown, &local)
        } else {
            localtime_r(&seconds, &local)
        }
        gmtime_r(&seconds, &utc)
        let day = { (t: tm, separator: String) in
            [padded(Int(t.tm_year) + 1900, to: 4), padded(Int(t.tm_mon) + 1, to: 2), padded(Int(t.tm_mday), to: 2)]
                .joined(separator: separator)
        }
        let clock = { (t: tm) in
            padded(Int(t.tm_hour), to: 2) + padded(Int(t.tm_min), to: 2) + padded(Int(t.tm_sec), to: 2)
        }
        // Several runs of one process may begin in the same second.
        let number = runsBegun.wrappingAdd(1, ordering: .relaxed).newValue
        // Parts that begin together in containers may have the same process number.
        let part = partition.map { "-p\($0.prefix { "0"..."9" ~= $0 })" } ?? ""
        return RunIdentity(
            pipeline: pipeline,
            id: "\(day(utc, ""))T\(clock(utc))Z-\(getpid())" + (number > 1 ? "-\(number)" : "") + part,
            date: day(local, "-"),
            time: clock(local),
            partition: partition,
            instance: instance
        )
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
