public import Records

/// Guesses the kind of a column from a sample of its values, so that nothing would be lost.
///
///     boolean → integer → decimal → real → date → instant → text
///
/// The most specific kind that fits all values wins, and only what a value means without doubt fits:
/// - integer: digits without leading zeros and without `+`, within 64 bits;
/// - decimal: such digits with a fraction, at most 38; digits too long for an integer stay text;
/// - real: such digits with an exponent, if at least one value has one, and at most 15 of them;
/// - date: `YYYY-MM-DD`, or days and months in another order if the sample shows which one it is;
/// - instant: ISO 8601 in UTC: a local time has no zone, and an offset would be lost.
public struct KindGuess: Sendable, Hashable {
    /// The kinds that fit all values so far.
    private var fitting = Fitting.all
    private var seen: Fitting = []
    private var count = 0
    private let words: BooleanWords
    private let hasDecimalComma: Bool

    private struct Fitting: OptionSet, Hashable {
        let rawValue: UInt16

        static let boolean = Fitting(rawValue: 1)
        static let integer = Fitting(rawValue: 1 << 1)
        static let decimal = Fitting(rawValue: 1 << 2)
        static let real = Fitting(rawValue: 1 << 3)
        static let date = Fitting(rawValue: 1 << 4)
        static let instant = Fitting(rawValue: 1 << 5)
        static let dayDots = Fitting(rawValue: 1 << 6)
        static let yearSlashes = Fitting(rawValue: 1 << 7)
        static let dayFirst = Fitting(rawValue: 1 << 8)
        static let monthFirst = Fitting(rawValue: 1 << 9)
        // Forms that at least one value has to have.
        static let fraction = Fitting(rawValue: 1 << 10)
        static let exponent = Fitting(rawValue: 1 << 11)

        static let numbers: Fitting = [.integer, .decimal, .real]
        static let dates: Fitting = [.date, .instant, .dayDots, .yearSlashes, .dayFirst, .monthFirst]
        static let all: Fitting = [.boolean, .numbers, .dates]
    }

    /// A guess before the first value.
    ///
    /// - Parameters:
    ///   - words: The words for true and false.
    ///   - hasDecimalComma: Whether numbers have a comma before the fraction, and then no point.
    public init(words: BooleanWords = .plain, hasDecimalComma: Bool = false) {
        // A column of 0 and 1 has numbers.
        self.words = words == .standard ? .plain : words
        self.hasDecimalComma = hasDecimalComma
    }

    /// Whether a value was added.
    public var hasValues: Bool { count > 0 }

    /// Adds a value, which is not null.
    public mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
        count += 1
        if fitting.contains(.boolean), words.value(of: text) == nil { fitting.remove(.boolean) }
        if !fitting.isDisjoint(with: .numbers) { addNumber(text) }
        if !fitting.isDisjoint(with: .dates) { addDate(text) }
    }

    /// The most specific kind that fits all values, and the format of dates if it is not ISO 8601.
    ///
    /// Text if there was no value.
    public var result: (kind: Schema.Kind, format: String?) {
        guard count > 0 else { return (.text, nil) }
        if fitting.contains(.boolean) { return (.boolean, nil) }
        if fitting.contains(.integer) { return (.integer, nil) }
        if fitting.contains(.decimal), seen.contains(.fraction) { return (.decimal, nil) }
        if fitting.contains(.real), seen.contains(.exponent) { return (.real, nil) }
        if fitting.contains(.date) { return (.date, nil) }
        if fitting.contains(.instant) { return (.instant, nil) }
        if fitting.contains(.dayDots) { return (.date, Self.dayDots.text) }
        if fitting.contains(.yearSlashes) { return (.date, Self.yearSlashes.text) }
        switch (fitting.contains(.dayFirst), fitting.contains(.monthFirst)) {
        case (true, false): return (.date, Self.dayFirst.text)
        case (false, true): return (.date, Self.monthFirst.text)
        // 03/04/2024 is two days.
        default: return (.text, nil)
        }
    }

    // MARK: Numbers

    private mutating func addNumber(_ text: UnsafeBufferPointer<UInt8>) {
        guard let form = NumberForm(text, point: hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")) else {
            fitting.subtract(.numbers)
            return
        }
        if form.hasFraction { seen.insert(.fraction) }
        if form.hasExponent { seen.insert(.exponent) }
        let isWhole = !form.hasFraction && !form.hasExponent
        let point = hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        if !isWhole || CellNumber.integer(text, point: point) == nil { fitting.remove(.integer) }
        if form.hasExponent || form.digits > ExactDecimal.mostDigits { fitting.remove(.decimal) }
        // As many digits as a binary number holds exactly.
        if form.digits > 15 || CellNumber.real(text, point: point) == nil { fitting.remove(.real) }
    }

    /// The form of a number that is written in one way only.
    private struct NumberForm {
        var digits = 0
        var hasFraction = false
        var hasExponent = false

        init?(_ text: UnsafeBufferPointer<UInt8>, point: UInt8) {
            var index = 0
            func isDigit() -> Bool { index < text.count && text[index] &- 48 < 10 }
            let isNegative = text.first == UInt8(ascii: "-")
            if isNegative { index = 1 }
            let first = index
            var isZero = true
            while isDigit() {
                if text[index] != UInt8(ascii: "0") { isZero = false }
                index += 1
            }
            digits = index - first
            guard digits > 0, digits == 1 || text[first] != UInt8(ascii: "0") else { return nil }
            if index < text.count, text[index] == point {
                index += 1
                let start = index
                while isDigit() {
                    if text[index] != UInt8(ascii: "0") { isZero = false }
                    index += 1
                }
                guard index > start else { return nil }
                digits += index - start
                hasFraction = true
            }
            if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
                index += 1
                if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
                    index += 1
                }
                guard isDigit() else { return nil }
                while isDigit() { index += 1 }
                hasExponent = true
            }
            // There is no negative zero.
            guard index == text.count, !(isNegative && isZero) else { return nil }
        }
    }

    // MARK: Dates

    private mutating func addDate(_ text: UnsafeBufferPointer<UInt8>) {
        if fitting.contains(.date), CivilDate.days(of: text.span) == nil { fitting.remove(.date) }
        if fitting.contains(.instant), !Self.isUTC(text) { fitting.remove(.instant) }
        if fitting.contains(.dayDots), Self.dayDots.days(of: text) == nil { fitting.remove(.dayDots) }
        if fitting.contains(.yearSlashes), Self.yearSlashes.days(of: text) == nil { fitting.remove(.yearSlashes) }
        if fitting.contains(.dayFirst), Self.dayFirst.days(of: text) == nil { fitting.remove(.dayFirst) }
        if fitting.contains(.monthFirst), Self.monthFirst.days(of: text) == nil { fitting.remove(.monthFirst) }
    }

    private static func isUTC(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let last = text.last, last | 0x20 == UInt8(ascii: "z") else { return false }
        if case .instant = ISO8601.reading(of: text) { return true }
        return false
    }

    private static let dayDots = TimeFormat(days: "%d.%m.%Y", pieces: [.day, ".", .month, ".", .year])
    private static let yearSlashes = TimeFormat(days: "%Y/%m/%d", pieces: [.year, "/", .month, "/", .day])
    private static let dayFirst = TimeFormat(days: "%d/%m/%Y", pieces: [.day, "/", .month, "/", .year])
    private static let monthFirst = TimeFormat(days: "%m/%d/%Y", pieces: [.month, "/", .day, "/", .year])
}

extension TimeFormat {
    /// A format that is known to be right.
    fileprivate init(days text: String, pieces: [Piece]) {
        self.text = text
        self.pieces = pieces
    }
}

extension TimeFormat.Piece: ExpressibleByUnicodeScalarLiteral {
    /// A byte that stands for itself.
    init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .byte(UInt8(truncatingIfNeeded: scalar.value)) }
}
