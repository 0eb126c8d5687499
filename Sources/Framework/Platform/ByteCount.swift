internal import Diagnostics

/// A number of bytes, written as `"256 MiB"`, `"1 MB"` or a plain number.
public struct ByteCount: Comparable, Hashable, ExpressibleByIntegerLiteral, Sendable {
    /// The number of bytes.
    public let bytes: Int

    /// Creates a count of bytes.
    public init(_ bytes: Int) { self.bytes = bytes }
    /// Allows writing a number, such as `65_536`.
    public init(integerLiteral bytes: Int) { self.bytes = bytes }

    /// The units and their sizes in bytes, largest first.
    package static let units: [(name: String, size: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
        ("KB", 1_000), ("B", 1),
    ]

    /// The number as text, in the largest unit that divides it: `64 MiB`, `100 bytes`.
    package var text: String { unit.map { "\(bytes / $0.size) \($0.name)" } ?? bytes.counted("byte") }

    /// The largest unit that divides the number; nil if none does.
    package var unit: (name: String, size: Int)? {
        Self.units.first { bytes != 0 && bytes % $0.size == 0 && $0.size > 1 }
    }

    /// Orders by the number of bytes.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
