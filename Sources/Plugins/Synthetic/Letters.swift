/// Lower-case letters with blanks between some of them.
enum Letters {
    /// How many letters one random number gives: five bits each.
    static let inOneDraw = 12

    /// Writes `length` letters, and up to `inOneDraw` meaningless ones after them, which need room.
    static func fill(_ letters: inout [UInt8], upTo length: Int, from draw: SteadyDraw) {
        var letters = letters.mutableSpan
        var index = 0
        var draws = 1
        while index < length {
            var bits = draw[draws]
            draws &+= 1
            for offset in 0..<inOneDraw {
                letters[index &+ offset] = alphabet[Int(bits & 31)]
                bits >>= 5
            }
            index &+= inOneDraw
        }
        guard length > 0 else { return }
        // Other programs often strip blanks at the ends.
        if letters[0] == blank { letters[0] = UInt8(ascii: "o") }
        if letters[length - 1] == blank { letters[length - 1] = UInt8(ascii: "n") }
    }

    private static let blank = UInt8(ascii: " ")
    /// Four of the 32 are blanks, so words have about seven letters.
    private static let alphabet: [32 of UInt8] = [
        97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119,
        120, 121, 122, 97, 101, 32, 32, 32, 32,
    ]
}
