/// A type that an option can have.
///
/// Every `enum` with `String` raw values that is `CaseIterable` becomes one by saying so.
public protocol OptionValue: Sendable {
    /// What can be written for it.
    static var shape: OptionShape { get }

    /// Reads the value from a pipeline file.
    ///
    /// - Throws: `option.type` or a code of the type's own, at the value's place.
    init(from input: OptionInput) throws(Diagnostic)

    /// The value as it would stand in a file; a secret stands as `•••`.
    var literal: String { get }
}

extension Bool: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .boolean }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.boolean(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension Int: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .integer }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = Int(try input.integer(expected: Self.shape)) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension Double: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .real }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.real(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { description }
}

extension String: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .text }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { quoted }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { Wrapped.shape }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { self = try Wrapped(from: input) }
    /// The value as it would stand in a file.
    public var literal: String { map(\.literal) ?? "" }
}

extension Array: OptionValue where Element: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .list(Element.shape) }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        self = []
        for element in try input.elements(expected: Self.shape) { append(try Element(from: element)) }
    }
    /// The value as it would stand in a file.
    public var literal: String { "[" + map(\.literal).joined(separator: ", ") + "]" }
}

extension OptionValue where Self: RawRepresentable, Self: CaseIterable, RawValue == String {
    /// What can be written for it.
    public static var shape: OptionShape { .choice(allCases.map(\.rawValue)) }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        let word = try input.text(expected: Self.shape)
        guard let value = Self(rawValue: word) else {
            throw Diagnostic(
                "option.choice",
                "expected \(Self.shape.words), found \"\(word.prefix(40))\"",
                at: .text(input.range),
                hint: suggestion(for: word, among: Self.allCases.map(\.rawValue)).map { "did you mean '\($0)'?" }
            )
        }
        self = value
    }
    /// The value as it would stand in a file.
    public var literal: String { rawValue.quoted }
}

/// The name of a column.
public struct ColumnName: OptionValue, Hashable, ExpressibleByStringLiteral {
    /// The name.
    public let name: String

    /// A name written as a literal.
    public init(stringLiteral name: String) { self.name = name }
    /// What can be written for it.
    public static var shape: OptionShape { .column }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { name = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { name.quoted }
}

/// Text that is never shown: it prints as `•••` wherever it could appear.
public struct Secret: OptionValue, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one line that needs it.
    public let revealed: String

    /// A secret.
    public init(_ text: String) { revealed = text }
    /// What can be written for it.
    public static var shape: OptionShape { .secret }
    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) { revealed = try input.text(expected: Self.shape) }
    /// The value as it would stand in a file.
    public var literal: String { "\"•••\"" }
    /// Dots.
    public var description: String { "•••" }
    /// Dots.
    public var debugDescription: String { "•••" }
    /// Nothing to see.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Duration: OptionValue {
    /// What can be written for it.
    public static var shape: OptionShape { .duration }

    /// Reads the value from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        let text = try input.text(expected: Self.shape)
        guard let duration = Duration(literal: text) else {
            throw Diagnostic(
                "option.type",
                "expected \(Self.shape.words), found \"\(text.prefix(40))\"",
                at: .text(input.range),
                hint: "a number and a unit, of ms, s, m, h and d; several may follow one another: \"1m30s\""
            )
        }
        self = duration
    }

    /// The value as it would stand in a file.
    public var literal: String {
        let (seconds, attoseconds) = components
        guard attoseconds == 0 else {
            return "\"\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms\""
        }
        for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)]
        where seconds != 0 && seconds % Int64(length) == 0 {
            return "\"\(seconds / Int64(length))\(unit)\""
        }
        return "\"\(seconds)s\""
    }

    /// A length of time from `1h30m`, `250ms`, `5 s`; nil if it is none.
    init?(literal text: String) {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        var milliseconds: Int64 = 0
        var rest = Substring(text.filter { $0 != " " })
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let word = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let number = Int64(digits), let unit = units.first(where: { $0.0 == word }) else { return nil }
            let (part, tooLong) = number.multipliedReportingOverflow(by: unit.1)
            let (sum, tooLongInAll) = milliseconds.addingReportingOverflow(part)
            guard !tooLong, !tooLongInAll else { return nil }
            milliseconds = sum
            rest = rest.dropFirst(digits.count + word.count)
        }
        self = .milliseconds(milliseconds)
    }
}

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

extension String {
    /// The text as a TOML basic string.
    var quoted: String {
        var quoted = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }
}
