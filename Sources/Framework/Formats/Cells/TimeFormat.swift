package import Records

/// How instants or dates are written in cells, in letters of strftime: `%d.%m.%Y`.
///
/// | letters | |
/// |---|---|
/// | `%Y` `%y` | the year in four digits; in two, where 69 to 99 are years of the 20th century (POSIX) |
/// | `%m` `%b` `%B` | the month as a number; the English name in three letters, and in full, in any case |
/// | `%d` `%j` | the day of the month; the day of the year in three digits |
/// | `%H` `%M` `%S` | hour from 0 to 23, minute, second |
/// | `%f` | digits of a fraction of a second; those after the sixth have to be zeros |
/// | `%z` | the offset from UTC: `Z`, `+02:00`, `+0200`, `+02`; without it a time is in UTC |
///
/// All other bytes stand for themselves. Numbers of two digits may have one, unless another number is next to them.
package struct TimeFormat: Sendable, Hashable {
    enum Piece: Hashable, Sendable {
        case byte(UInt8)
        case year, shortYear, month, monthName(isFull: Bool), day, dayOfYear, hour, minute, second, fraction, offset
    }

    /// The format as it is written.
    package let text: String
    let pieces: [Piece]

    /// Something wrong with a format.
    package struct Mistake: Error {
        /// What is wrong.
        package let message: String
        /// What to do about it.
        package let hint: String
        /// Where, in bytes from the start of the format.
        package let offset: Int
        /// The length of the wrong part in bytes.
        package let count: Int
    }

    /// Parses a format for instants or dates.
    ///
    /// - Parameters:
    ///   - format: The format.
    ///   - kind: Which of the two.
    ///   - isForReading: Whether it has to state a whole date, and each part once. Default: true.
    /// - Throws: What is wrong with the format, and where.
    package init(_ format: String, kind: Schema.Kind, isForReading: Bool = true) throws(Mistake) {
        let bytes = Array(format.utf8)
        guard kind == .instant || kind == .date else {
            throw Mistake(
                message: "a column of kind \(kind) has no format",
                hint: "only instant and date have one",
                offset: 0,
                count: bytes.count
            )
        }
        var pieces: [Piece] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                pieces.append(.byte(bytes[index]))
                index += 1
                continue
            }
            guard index + 1 < bytes.count, let piece = Self.piece(bytes[index + 1]) else {
                let shown = String(decoding: bytes[index...].prefix { $0 != 0x20 }.prefix(2), as: UTF8.self)
                throw Mistake(
                    message: index + 1 < bytes.count ? "'\(shown)' is not supported" : "a letter has to follow '%'",
                    hint: "supported: \(Self.letters)",
                    offset: index,
                    count: min(2, bytes.count - index)
                )
            }
            guard kind == .instant || !piece.isTimeOfDay else {
                throw Mistake(
                    message: "'%\(Unicode.Scalar(bytes[index + 1]))' is part of a time, and a date has none",
                    hint: "declare an instant",
                    offset: index,
                    count: 2
                )
            }
            guard !isForReading || !pieces.contains(where: { $0.isSamePart(as: piece) }) else {
                throw Mistake(
                    message: "'%\(Unicode.Scalar(bytes[index + 1]))' states a part of the time a second time",
                    hint: "state each part once",
                    offset: index,
                    count: 2
                )
            }
            pieces.append(piece)
            index += 2
        }
        if isForReading, let missing = Self.missing(pieces) {
            throw Mistake(
                message: "the format lacks \(missing)",
                hint: "such as %Y-%m-%d, %d.%m.%Y or %Y%j",
                offset: 0,
                count: bytes.count
            )
        }
        text = format
        self.pieces = pieces
    }

    /// Whether it states the offset from UTC.
    package var statesOffset: Bool { pieces.contains(.offset) }

    static let letters = "%Y %m %d %H %M %S %f %z %b %B %y %j"

    private static func piece(_ letter: UInt8) -> Piece? {
        switch letter {
        case UInt8(ascii: "Y"): .year
        case UInt8(ascii: "y"): .shortYear
        case UInt8(ascii: "m"): .month
        case UInt8(ascii: "b"): .monthName(isFull: false)
        case UInt8(ascii: "B"): .monthName(isFull: true)
        case UInt8(ascii: "d"): .day
        case UInt8(ascii: "j"): .dayOfYear
        case UInt8(ascii: "H"): .hour
        case UInt8(ascii: "M"): .minute
        case UInt8(ascii: "S"): .second
        case UInt8(ascii: "f"): .fraction
        case UInt8(ascii: "z"): .offset
        default: nil
        }
    }

    /// The part of a date that is not stated.
    private static func missing(_ pieces: [Piece]) -> String? {
        func has(_ piece: Piece) -> Bool { pieces.contains { $0.isSamePart(as: piece) } }
        if !has(.year) { return "the year (%Y or %y)" }
        if pieces.contains(.dayOfYear) { return nil }
        if !has(.month) { return "the month (%m, %b or %B)" }
        if !pieces.contains(.day) { return "the day (%d)" }
        if has(.minute) || has(.second) || has(.fraction), !has(.hour) { return "the hour (%H)" }
        return nil
    }
}

extension TimeFormat.Piece {
    /// Whether it is a part of a time of day, or its zone.
    var isTimeOfDay: Bool {
        switch self {
        case .hour, .minute, .second, .fraction, .offset: true
        default: false
        }
    }

    /// Whether both state the same part of a time, such as the month as a number and as a name.
    func isSamePart(as other: Self) -> Bool {
        switch (self, other) {
        case (.byte, _), (_, .byte): false
        case (.year, .shortYear), (.shortYear, .year): true
        case (.month, .monthName), (.monthName, .month), (.monthName, .monthName): true
        // The day of the year states both.
        case (.dayOfYear, .month), (.dayOfYear, .monthName), (.dayOfYear, .day): true
        case (.month, .dayOfYear), (.monthName, .dayOfYear), (.day, .dayOfYear): true
        default: self == other
        }
    }

    /// Whether it begins with a digit.
    var isNumber: Bool {
        switch self {
        case .byte(let byte): byte &- 48 < 10
        case .monthName, .offset: false
        default: true
        }
    }
}
