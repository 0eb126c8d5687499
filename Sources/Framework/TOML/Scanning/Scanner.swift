/// Reads tokens of TOML from bytes: whitespace, comments and line ends here; keys, strings, numbers and date-times in
/// other files.
///
/// It works on bytes throughout. It expects valid UTF-8, but nothing depends on that: no byte above 0x7F is
/// significant.
struct Scanner: ~Escapable {
    let bytes: Span<UInt8>
    let version: TOMLVersion
    /// The next byte to read.
    var offset = 0
    /// The beginning of the multi-line string that is being read, or in which a mistake was found.
    var openString: Int?

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, version: TOMLVersion) {
        self.bytes = bytes
        self.version = version
    }

    /// The next byte; 0, which is not a valid byte, at the end.
    @inline(__always)
    var byte: UInt8 { byte(at: offset) }

    /// The byte at an offset; 0 after the end.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

    var isAtEnd: Bool { offset >= bytes.count }

    @inline(__always)
    mutating func skipBlanks() {
        while byte.isBlank { offset &+= 1 }
    }

    /// Skips a line end, LF or CRLF, if there is one.
    @inline(__always)
    mutating func skipLineEnd() -> Bool {
        if byte == .lineFeed {
            offset &+= 1
            return true
        }
        guard byte == .carriageReturn, byte(at: offset &+ 1) == .lineFeed else { return false }
        offset &+= 2
        return true
    }

    /// Whether LF or CRLF is next.
    var byteEndsLine: Bool {
        byte == .lineFeed || (byte == .carriageReturn && byte(at: offset + 1) == .lineFeed)
    }

    /// Skips a comment from its `#` to the end of the line.
    mutating func skipComment() throws(Problem) {
        while true {
            offset = bytes.firstSpecial(from: offset, marker: .lineFeed)
            let byte = byte
            if byte == .tab {
                offset &+= 1
            } else if byte == .lineFeed || isAtEnd
                || (byte == .carriageReturn && self.byte(at: offset &+ 1) == .lineFeed)
            {
                return
            } else if byte.isControl {
                throw controlCharacter(in: "a comment")
            } else {
                offset &+= 1
            }
        }
    }

    /// Skips whitespace, comments and line ends.
    mutating func skipTrivia() throws(Problem) {
        while true {
            let byte = byte
            if byte.isBlank {
                offset &+= 1
            } else if byte == UInt8(ascii: "#") {
                try skipComment()
            } else if !skipLineEnd() {
                return
            }
        }
    }

    func controlCharacter(in place: String) -> Problem {
        let hint: String? =
            switch byte {
            case .carriageReturn: "a carriage return is allowed only before a line feed: save the file with LF or CRLF"
            default: place == "a string" ? "write it as \(Text.escape(byte))" : nil
            }
        return Problem(
            .controlCharacter,
            message: "\(Text.name(ofControl: byte)) is not allowed in \(place)",
            at: offset..<offset + 1,
            hint: hint
        )
    }
}

extension Span<UInt8> {
    /// Eight bytes as a number, the first one lowest.
    ///
    /// The load checks its bounds. It is unsafe only in that bytes may not be a valid value of a type, but any eight
    /// bytes are a valid integer.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The first offset, from `start` on, of a control character, a DEL, a backslash or `marker`; the end if there is
    /// none.
    @inline(__always)
    func firstSpecial(from start: Int, marker: UInt8) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let spaces = 0x20 &* ones
        let deletes = 0x7F &* ones
        let markers = UInt64(marker) &* ones
        let backslashes = UInt64(UInt8.backslash) &* ones
        var offset = start
        while offset &+ 8 <= count {
            let word = word(at: offset)
            // The high bit of each matching byte; a byte after the first match may be marked incorrectly.
            let below = (word &- spaces) & ~word
            let delete = ((word ^ deletes) &- ones) & ~(word ^ deletes)
            let marks = ((word ^ markers) &- ones) & ~(word ^ markers)
            let slashes = ((word ^ backslashes) &- ones) & ~(word ^ backslashes)
            let found = (below | delete | marks | slashes) & highs
            if found != 0 { return offset &+ found.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        while offset < count {
            let byte = self[offset]
            if byte < 0x20 || byte == 0x7F || byte == marker || byte == .backslash { return offset }
            offset &+= 1
        }
        return count
    }
}
