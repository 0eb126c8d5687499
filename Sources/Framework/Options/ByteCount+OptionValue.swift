extension ByteCount: OptionValue {
    /// A number of bytes.
    public static var shape: OptionShape { .byteCount }

    /// Reads the size from a pipeline file.
    public init(from input: OptionInput) throws(Diagnostic) {
        if let plain = try? input.integer(expected: Self.shape) {
            guard plain >= 0 else { throw input.mismatch(Self.shape) }
            self.init(Int(plain))
            return
        }
        let text = try input.text(expected: Self.shape).filter { $0 != " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = Self.units.first { $0.name == text.dropFirst(digits.count) }
        guard let number = Int(digits), let unit, !number.multipliedReportingOverflow(by: unit.size).overflow else {
            throw input.mismatch(Self.shape)
        }
        self.init(number * unit.size)
    }

    /// The size as it is written in a pipeline file.
    public var literal: String { unit == nil ? "\(bytes)" : "\"\(text)\"" }
}
