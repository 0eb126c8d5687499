extension ISO8601 {
    /// A moment as text, for people and reports; in a loop, append to bytes.
    ///
    /// - Parameter milliseconds: Milliseconds since 1970-01-01T00:00:00Z.
    /// - Returns: `YYYY-MM-DDThh:mm:ss.fffZ`.
    public static func text(ofMilliseconds milliseconds: Int64) -> String {
        var bytes: [UInt8] = []
        append(milliseconds, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
