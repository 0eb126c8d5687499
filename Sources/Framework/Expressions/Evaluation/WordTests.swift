/// A comparison of two words, as a type so that the compiler makes a loop of its own for each.
protocol WordTest: SendableMetatype {
    static func holds(_ left: UInt64, right: UInt64) -> Bool
}

/// Integers, instants, dates and durations.
enum IntegerTests {
    enum Equal: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool { left == right }
    }
    enum Less: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Int64(bitPattern: left) < Int64(bitPattern: right)
        }
    }
    enum LessOrEqual: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Int64(bitPattern: left) <= Int64(bitPattern: right)
        }
    }
    enum Greater: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Int64(bitPattern: left) > Int64(bitPattern: right)
        }
    }
    enum GreaterOrEqual: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Int64(bitPattern: left) >= Int64(bitPattern: right)
        }
    }
}

/// Real numbers.
enum RealTests {
    enum Equal: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Double(bitPattern: left) == Double(bitPattern: right)
        }
    }
    enum Less: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Double(bitPattern: left) < Double(bitPattern: right)
        }
    }
    enum LessOrEqual: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Double(bitPattern: left) <= Double(bitPattern: right)
        }
    }
    enum Greater: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Double(bitPattern: left) > Double(bitPattern: right)
        }
    }
    enum GreaterOrEqual: WordTest {
        @inline(__always)
        static func holds(_ left: UInt64, right: UInt64) -> Bool {
            Double(bitPattern: left) >= Double(bitPattern: right)
        }
    }
}

/// An integer on the left and a real number on the right, compared exactly: the integer is not rounded.
enum MixedOrder {
    /// -1, 0 or 1; nil beside what is not a number.
    static func order(_ left: UInt64, right: UInt64) -> Int? {
        let (integer, real) = (Int64(bitPattern: left), Double(bitPattern: right))
        if real.isNaN { return nil }
        if real >= 0x1p63 { return -1 }
        if real < -0x1p63 { return 1 }
        let whole = real.rounded(.towardZero)
        // Within the limits checked above.
        let other = Int64(whole)
        if integer != other { return integer < other ? -1 : 1 }
        return real == whole ? 0 : real > whole ? -1 : 1
    }
}
