/// Instants, dates and lengths of time: numbers whose results have to be in the calendar, or lengths of time.
enum TimeOperations {
    enum Add: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            IntegerOperations.Add.apply(left, right: right, flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            IntegerOperations.Add.failure(left, right: right).map { _ in .overflow(.duration) }
        }
    }

    enum Subtract: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            IntegerOperations.Subtract.apply(left, right: right, flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            IntegerOperations.Subtract.failure(left, right: right).map { _ in .overflow(.duration) }
        }
    }

    enum Multiply: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            IntegerOperations.Multiply.apply(left, right: right, flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            IntegerOperations.Multiply.failure(left, right: right).map { _ in .overflow(.duration) }
        }
    }

    /// A part of a length of time, in whole microseconds, rounded towards zero.
    enum Share: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let (length, divisor) = (Int64(bitPattern: left), Int64(bitPattern: right))
            guard divisor != 0 else {
                flag |= 1 &<< 63
                return 0
            }
            let (share, isOver) = length.dividedReportingOverflow(by: divisor)
            flag |= isOver ? 1 &<< 63 : 0
            return UInt64(bitPattern: share)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            if right == 0 { return .divisionByZero }
            let isOver = Int64(bitPattern: left).dividedReportingOverflow(by: Int64(bitPattern: right)).overflow
            return isOver ? .overflow(.duration) : nil
        }
    }

    /// An instant and a length of time: an instant of the calendar, so that its local time can be computed.
    enum AddToInstant: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            checked(IntegerOperations.Add.apply(left, right: right, flag: &flag), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { over(Self.self, left: left, right: right) }
    }

    /// An instant less a length of time.
    enum SubtractFromInstant: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            checked(IntegerOperations.Subtract.apply(left, right: right, flag: &flag), flag: &flag)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { over(Self.self, left: left, right: right) }
    }

    /// Sets the flag if an instant is not in the calendar.
    @inline(__always)
    private static func checked(_ word: UInt64, flag: inout UInt64) -> UInt64 {
        let instant = Int64(bitPattern: word)
        let isOut = instant < LocalTime.instants.lowerBound || instant > LocalTime.instants.upperBound
        flag |= isOut ? 1 &<< 63 : 0
        return word
    }

    private static func over<Operation: WordOperation>(
        _ operation: Operation.Type,
        left: UInt64,
        right: UInt64
    ) -> Failure? {
        var flag: UInt64 = 0
        _ = operation.apply(left, right: right, flag: &flag)
        return flag >> 63 != 0 ? .overflow(.instant) : nil
    }

    /// Whole days and a duration: microseconds that are whole days.
    enum AddToDate: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            let (days, rest) = Int64(bitPattern: right).quotientAndRemainder(dividingBy: 86_400_000_000)
            let date = Int64(bitPattern: left) &+ days
            flag |= rest != 0 || date < CalendarLimits.firstDay || date > CalendarLimits.lastDay ? 1 &<< 63 : 0
            return UInt64(bitPattern: date)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? {
            var flag: UInt64 = 0
            _ = apply(left, right: right, flag: &flag)
            guard flag >> 63 != 0 else { return nil }
            guard Int64(bitPattern: right).isMultiple(of: 86_400_000_000) else {
                return Failure("expression.cast", reason: "a date and a part of a day are no date")
            }
            return .overflow(.date)
        }
    }

    /// Days between two dates, in microseconds.
    enum DaysBetween: WordOperation {
        @inline(__always)
        static func apply(_ left: UInt64, right: UInt64, flag: inout UInt64) -> UInt64 {
            // Dates have at most 32 bits, so nothing overflows.
            UInt64(bitPattern: (Int64(bitPattern: left) &- Int64(bitPattern: right)) &* 86_400_000_000)
        }
        static func failure(_ left: UInt64, right: UInt64) -> Failure? { nil }
    }
}

/// The days that a date can be: the years 0001 to 9999.
enum CalendarLimits {
    static let firstDay: Int64 = -719_162
    static let lastDay: Int64 = 2_932_896
}
