extension ISO8601 {
    /// An instant as text, for messages and reports; in a loop, append to bytes.
    ///
    /// - Parameter microseconds: Microseconds since 1970-01-01T00:00:00Z, the unit of instants.
    /// - Returns: `YYYY-MM-DDThh:mm:ss.fffZ`, with six digits of a second if three are not enough.
    public static func text(ofMicroseconds microseconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(microseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A time of a run as text; those are counted in milliseconds.
    ///
    /// - Parameter milliseconds: Milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: `YYYY-MM-DDThh:mm:ss.fffZ`.
    public static func text(ofMilliseconds milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        let day = CivilDate.floorDivide(Int(milliseconds), by: millisecondsADay)
        append(day: day, milliseconds: Int(milliseconds) &- day &* millisecondsADay, microseconds: 0, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
