internal import Diagnostics

/// A Swift type that corresponds to one TOML value without brackets: how it is read and written.
protocol TOMLScalar {
    /// Its name in messages: `an integer`.
    static var tomlName: String { get }

    /// Reads it from a value; nil if that is of another kind.
    ///
    /// - Throws: `toml.number-range` if the kind is right and the type too small.
    static func read(from value: TOMLValue) throws(Diagnostic) -> Self?

    /// Its form in a document.
    ///
    /// - Throws: `toml.number-range` if TOML has no such number.
    func literal() throws(Diagnostic) -> String
}

extension Bool: TOMLScalar {
    static var tomlName: String { "true or false" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> Bool? { value.boolean }
    func literal() throws(Diagnostic) -> String { self ? "true" : "false" }
}

extension String: TOMLScalar {
    static var tomlName: String { "a string" }
    static func read(from value: TOMLValue) throws(Diagnostic) -> String? { value.string }
    func literal() throws(Diagnostic) -> String { KeyText.quoted(self) }
}

extension Double: TOMLScalar {}
extension Float: TOMLScalar {}

extension TOMLScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
    static var tomlName: String { "a number" }

    /// An integer is accepted as a float if that is exact: `timeout = 5`.
    static func read(from value: TOMLValue) throws(Diagnostic) -> Self? {
        if let double = value.double { return Self(double) }
        guard let integer = value.integer else { return nil }
        guard let exact = Self(exactly: integer) else {
            throw value.problem("toml.number-range", message: "\(integer) has too many digits for a float")
        }
        return exact
    }

    func literal() throws(Diagnostic) -> String {
        if isNaN { return "nan" }
        if isInfinite { return self < 0 ? "-inf" : "inf" }
        return "\(self)"
    }
}

extension Int: TOMLScalar {}
extension Int8: TOMLScalar {}
extension Int16: TOMLScalar {}
extension Int32: TOMLScalar {}
extension Int64: TOMLScalar {}
extension UInt: TOMLScalar {}
extension UInt8: TOMLScalar {}
extension UInt16: TOMLScalar {}
extension UInt32: TOMLScalar {}
extension UInt64: TOMLScalar {}

extension TOMLScalar where Self: FixedWidthInteger {
    static var tomlName: String { "an integer" }

    static func read(from value: TOMLValue) throws(Diagnostic) -> Self? {
        guard let integer = value.integer else { return nil }
        guard let exact = Self(exactly: integer) else {
            throw value.problem("toml.number-range", message: "\(integer) is out of range: \(Self.min)...\(Self.max)")
        }
        return exact
    }

    func literal() throws(Diagnostic) -> String {
        guard Int64(exactly: self) != nil else {
            throw Diagnostic(
                "toml.number-range",
                message: "\(self) does not fit in the 64 bits of a TOML integer",
                category: .usage
            )
        }
        return "\(self)"
    }
}
