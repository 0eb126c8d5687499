/// Whole numbers as decimal digits.
public enum DecimalText {
    /// Appends a number, with a sign only if it is negative.
    public static func append(_ integer: Int64, to bytes: inout [UInt8]) {
        RawPen.append(to: &bytes, atMost: RawPen.mostOfInteger) { $0.put(integer: integer) }
    }
}
