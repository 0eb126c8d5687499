internal import CPlatform
internal import Glibc

/// Places within texts, in bytes; characters are code points.
enum TextParts {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The number of characters.
    static func length(_ text: Bytes) -> Int {
        var count = 0
        for byte in text where byte & 0xC0 != 0x80 { count &+= 1 }
        return count
    }

    /// The byte after the character at a byte.
    @inline(__always)
    static func next(_ text: Bytes, index: Int) -> Int {
        var index = index + 1
        while index < text.count, text[index] & 0xC0 == 0x80 { index += 1 }
        return index
    }

    /// The byte at which the part after a number of characters begins; the end if there are fewer.
    static func offset(_ text: Bytes, after characters: Int64) -> Int {
        var left = characters
        var index = 0
        while left > 0, index < text.count {
            index = next(text, index: index)
            left -= 1
        }
        return index
    }

    /// The byte at which the last characters of this number begin; the start if there are fewer.
    static func offset(_ text: Bytes, ofLast characters: Int64) -> Int {
        var left = characters
        var index = text.count
        while left > 0, index > 0 {
            index -= 1
            if text[index] & 0xC0 != 0x80 { left -= 1 }
        }
        return index
    }

    /// Where a part is first found, from a byte on; an empty part is nowhere.
    @inline(__always)
    static func first(_ part: Bytes, in text: Bytes, from start: Int = 0) -> Int? {
        guard part.count > 0, start + part.count <= text.count, let base = text.baseAddress,
            let wanted = part.baseAddress,
            let found = memmem(base + start, text.count - start, wanted, part.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Where a part is last found; an empty part is nowhere.
    static func last(_ part: Bytes, in text: Bytes) -> Int? {
        guard part.count > 0, part.count <= text.count, let base = text.baseAddress, let wanted = part.baseAddress
        else { return nil }
        guard part.count > 32 else {
            var index = text.count - part.count
            while index >= 0 {
                if memcmp(base + index, wanted, part.count) == 0 { return index }
                index -= 1
            }
            return nil
        }
        return lastLong(part, in: text)
    }

    /// The same for long parts: Knuth, Morris and Pratt, from the end, so that each byte is looked at about twice.
    private static func lastLong(_ part: Bytes, in text: Bytes) -> Int? {
        let last = part.count - 1
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: part.count) { fallback in
            fallback.initialize(repeating: 0)
            var length = 0
            for index in 1..<part.count {
                while length > 0, part[last - index] != part[last - length] { length = fallback[length - 1] }
                if part[last - index] == part[last - length] { length += 1 }
                fallback[index] = length
            }
            length = 0
            for index in text.indices.reversed() {
                while length > 0, text[index] != part[last - length] { length = fallback[length - 1] }
                if text[index] == part[last - length] { length += 1 }
                if length == part.count { return index }
            }
            return nil
        }
    }

    static func hasPrefix(_ text: Bytes, part: Bytes) -> Bool {
        guard part.count <= text.count else { return false }
        guard let base = text.baseAddress, let wanted = part.baseAddress else { return true }
        return memcmp(base, wanted, part.count) == 0
    }

    static func hasSuffix(_ text: Bytes, part: Bytes) -> Bool {
        guard part.count <= text.count else { return false }
        return hasPrefix(Bytes(rebasing: text[(text.count - part.count)...]), part: part)
    }

    /// How often a part is found, none overlapping another.
    static func count(_ part: Bytes, in text: Bytes) -> Int {
        var count = 0
        var index = 0
        while let found = first(part, in: text, from: index) {
            count += 1
            index = found + part.count
        }
        return count
    }

    /// The part with a number, from 1, of a text that a separator divides; -1 is the last, nil if there is none.
    static func part(_ number: Int64, of text: Bytes, separator: Bytes) -> Range<Int>? {
        guard number != 0 else { return nil }
        let wanted = number > 0 ? number : Int64(count(separator, in: text)) + 2 + number
        guard wanted >= 1 else { return nil }
        var start = 0
        for _ in 1..<wanted {
            guard let found = first(separator, in: text, from: start) else { return nil }
            start = found + separator.count
        }
        return start..<(first(separator, in: text, from: start) ?? text.count)
    }
}
