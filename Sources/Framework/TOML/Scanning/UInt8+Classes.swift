// The character classes of TOML's grammar. All are ASCII: other characters that Unicode calls a space, a digit or a
// line end are not significant.
extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let quote = UInt8(ascii: "\"")
    static let apostrophe = UInt8(ascii: "'")
    static let backslash = UInt8(ascii: "\\")

    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    /// A control character other than the tab.
    @inline(__always) var isControl: Bool { (self < 0x20 && self != .tab) || self == 0x7F }

    /// A letter, digit, `-` or `_`: 128 bits, one for each ASCII character.
    @inline(__always) var isBareKey: Bool {
        let set: UInt64 = self < 64 ? 0x03FF_2000_0000_0000 : 0x07FF_FFFE_87FF_FFFE
        return self < 128 && set >> UInt64(self & 63) & 1 == 1
    }

    /// Whether it may directly follow a value.
    @inline(__always) var endsValue: Bool {
        switch self {
        case 0x20, .tab, .lineFeed, .carriageReturn, 0: true
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "#"): true
        default: false
        }
    }

    @inline(__always) var hexValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }
}
