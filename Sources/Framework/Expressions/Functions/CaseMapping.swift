internal import Formats

/// Upper and lower case, blanks and forms of letters, over UTF-8.
///
/// The mappings are those of Unicode that depend on no language (SpecialCasing.txt): ß becomes SS.
enum CaseMapping {
    /// Whether all bytes are ASCII.
    @inline(__always)
    static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var all: UInt8 = 0
        for byte in text { all |= byte }
        return all < 0x80
    }

    @inline(__always)
    static func upper(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    static func string(_ text: UnsafeBufferPointer<UInt8>) -> String { String(decoding: text, as: UTF8.self) }

    /// The first letter in upper case, the rest as it is.
    static func capitalized(_ text: String) -> String {
        guard let first = text.unicodeScalars.first else { return "" }
        return first.properties.titlecaseMapping + String(text.unicodeScalars.dropFirst())
    }

    /// The first letter of each word in upper case, all others in lower case.
    ///
    /// A word is a run of letters, marks and digits; an apostrophe between letters belongs to it.
    static func titled(_ text: String) -> String {
        var result = ""
        var isWithin = false
        let scalars = Array(text.unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            let properties = scalar.properties
            if properties.isAlphabetic || properties.numericType != nil
                || properties.canonicalCombiningClass != .notReordered
            {
                result += isWithin ? properties.lowercaseMapping : properties.titlecaseMapping
                isWithin = true
            } else {
                let isApostrophe = scalar == "'" || scalar == "\u{2019}"
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                isWithin = isWithin && isApostrophe && next.properties.isAlphabetic
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Whether two texts are the same but for upper and lower case.
    static func areSame(_ left: UnsafeBufferPointer<UInt8>, right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !isASCII(left) || !isASCII(right) else {
            guard left.count == right.count else { return false }
            for index in left.indices where lower(left[index]) != lower(right[index]) { return false }
            return true
        }
        return CaseFolding.folded(left) == CaseFolding.folded(right)
    }

    /// The text without blanks at its start and its end.
    static func trimmed(
        _ text: UnsafeBufferPointer<UInt8>,
        start: Bool,
        end: Bool,
        isBlank: (UnsafeBufferPointer<UInt8>) -> Bool = isBlank
    ) -> Range<Int> {
        var lower = 0
        var upper = text.count
        while start, lower < upper {
            let next = TextParts.next(text, index: lower)
            guard isBlank(UnsafeBufferPointer(rebasing: text[lower..<next])) else { break }
            lower = next
        }
        while end, upper > lower {
            var before = upper - 1
            while before > lower, text[before] & 0xC0 == 0x80 { before -= 1 }
            guard isBlank(UnsafeBufferPointer(rebasing: text[before..<upper])) else { break }
            upper = before
        }
        return lower..<upper
    }

    /// Whether a character, in UTF-8, is white space.
    static func isBlank(_ character: UnsafeBufferPointer<UInt8>) -> Bool {
        guard character.count > 1 else { return character.first.map { $0 == 0x20 || $0 &- 9 < 5 } ?? true }
        return string(character).unicodeScalars.first?.properties.isWhitespace ?? false
    }
}
