extension RawPen {
    /// The characters for which a field of CSV is quoted, and those that are escaped in quotes.
    struct CSVSigns: Sendable {
        let separator: UInt8
        /// The character before a quote in quotes: another quote, or a backslash, which is then escaped as well.
        let escape: UInt8

        init(_ dialect: CSVDialect) {
            separator = dialect.separator
            escape = dialect.quoteStyle == .doubled ? CSVSign.quote : CSVSign.backslash
        }

        /// The bytes of sixteen for which a field is quoted, as bits.
        @inline(__always)
        func special(_ block: SIMD16<UInt8>) -> UInt32 {
            typealias Block = SIMD16<UInt8>
            let mask =
                (block .== Block(repeating: separator)) .| (block .== Block(repeating: CSVSign.quote))
                .| (block .== Block(repeating: CSVSign.lf)) .| (block .== Block(repeating: CSVSign.cr))
                .| (block .== Block(repeating: escape))
            return ByteMask.bits(mask)
        }

        /// The bytes of sixteen that are escaped in quotes, as bits.
        @inline(__always)
        func escaped(_ block: SIMD16<UInt8>) -> UInt32 {
            typealias Block = SIMD16<UInt8>
            return ByteMask.bits((block .== Block(repeating: CSVSign.quote)) .| (block .== Block(repeating: escape)))
        }
    }

    /// The most bytes of a field.
    static func mostOfField(_ count: Int) -> Int { 2 * count + 2 }

    /// Writes a field of CSV, in quotes if it could be misread without.
    ///
    /// - Parameters:
    ///   - field: At least one byte; sixteen bytes can be read from the start of each sixteen of them.
    ///   - count: The number of bytes.
    ///   - signs: The characters of the dialect.
    @inline(__always)
    mutating func put(paddedField field: UnsafePointer<UInt8>, count: Int, signs: CSVSigns) {
        let start = next
        var done = 0
        // A reader would remove a byte order mark from the first field.
        if field.pointee == 0xEF, Self.beginsWithMark(field, count: count) {
            return put(quotedField: field, count: count, signs: signs)
        }
        repeat {
            let block = UnsafeRawPointer(field + done).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(start + done).storeBytes(of: block, as: SIMD16<UInt8>.self)
            var special = signs.special(block)
            if special != 0 {
                let left = count &- done
                // Bytes after the end do not count.
                if left < 16 { special &= (1 &<< UInt32(truncatingIfNeeded: left)) &- 1 }
                if special != 0 { return put(quotedField: field, count: count, signs: signs) }
            }
            done &+= 16
        } while done < count
        next = start + count
    }

    @inline(never)
    private static func beginsWithMark(_ field: UnsafePointer<UInt8>, count: Int) -> Bool {
        count >= 3 && field[1] == 0xBB && field[2] == 0xBF
    }

    /// Writes a field of CSV in quotes.
    ///
    /// - Parameters:
    ///   - field: Its bytes; sixteen bytes can be read from the start of each sixteen of them.
    ///   - count: The number of bytes, which may be 0.
    ///   - signs: The characters of the dialect.
    @inline(never)
    mutating func put(quotedField field: UnsafePointer<UInt8>, count: Int, signs: CSVSigns) {
        put(CSVSign.quote)
        var done = 0
        while done < count {
            let block = UnsafeRawPointer(field + done).loadUnaligned(as: SIMD16<UInt8>.self)
            UnsafeMutableRawPointer(next).storeBytes(of: block, as: SIMD16<UInt8>.self)
            let left = min(count &- done, 16)
            let escaped = signs.escaped(block) & ((1 &<< UInt32(truncatingIfNeeded: left)) &- 1)
            guard escaped != 0 else {
                next += left
                done &+= left
                continue
            }
            let plain = escaped.trailingZeroBitCount
            next += plain
            put(signs.escape)
            put(field[done &+ plain])
            done &+= plain &+ 1
        }
        put(CSVSign.quote)
    }
}
