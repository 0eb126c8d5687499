/// A number of bytes, written as `"256 MiB"`, `"1 MB"` or a plain number.
public struct ByteCount: OptionValue, Comparable, Hashable, ExpressibleByIntegerLiteral {
    /// How many bytes.
    public let bytes: Int

    /// That many bytes.
    public init(_ bytes: Int) { self.bytes = bytes }
    /// That many bytes.
    public init(integerLiteral bytes: Int) { self.bytes = bytes }
    /// What can be written for it.
    public static var shape: OptionShape { .byteCount }

    private static let units: [(name: String, size: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
        ("KB", 1_000), ("B", 1),
    ]

    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        if let plain = try? input.integer(expected: Self.shape) {
            guard plain >= 0 else { throw input.mismatch(Self.shape) }
            bytes = Int(plain)
            return
        }
        let text = try input.text(expected: Self.shape).filter { $0 != " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = Self.units.first { $0.name == text.dropFirst(digits.count) }
        guard let number = Int(digits), let unit, !number.multipliedReportingOverflow(by: unit.size).overflow else {
            throw input.mismatch(Self.shape)
        }
        bytes = number * unit.size
    }

    /// The value as it would stand in a file.
    public var literal: String {
        guard let unit = Self.units.first(where: { bytes != 0 && bytes % $0.size == 0 }), unit.size > 1 else {
            return "\(bytes)"
        }
        return "\"\(bytes / unit.size) \(unit.name)\""
    }

    /// Orders by the number of bytes.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
