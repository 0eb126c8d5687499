/// The words that stand for true and false in the cells of a file.
///
/// Upper and lower case of ASCII letters are the same.
public struct BooleanWords: Sendable, Hashable {
    /// The words for true, in lower case.
    private var trueWords: [[UInt8]]
    /// The words for false, in lower case.
    private var falseWords: [[UInt8]]

    /// `true`, `yes`, `t`, `y`, `1` and `false`, `no`, `f`, `n`, `0`.
    public static let standard = BooleanWords(
        true: ["true", "yes", "t", "y", "1"],
        false: ["false", "no", "f", "n", "0"]
    )
    /// `true` and `false`: what means nothing else.
    public static let plain = BooleanWords(true: ["true"], false: ["false"])

    /// These words for true and these for false; a word that is in both lists is one for true.
    public init(true trueWords: [String], false falseWords: [String]) {
        self.trueWords = trueWords.map { $0.utf8.map(Self.lowercase) }
        self.falseWords = falseWords.map { $0.utf8.map(Self.lowercase) }
    }

    /// The stated words, and the standard ones where nothing is stated.
    public init(true trueWords: [String]?, false falseWords: [String]?) {
        self = .standard
        if let trueWords { self.trueWords = BooleanWords(true: trueWords, false: []).trueWords }
        if let falseWords { self.falseWords = BooleanWords(true: [], false: falseWords).falseWords }
    }

    /// The words that stand for true and for false, in lower case.
    package var ambiguous: [String] {
        trueWords.filter(falseWords.contains).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a text stands for; nil if it is none of the words.
    package func value(of text: UnsafeBufferPointer<UInt8>) -> Bool? {
        for word in trueWords where Self.isSame(word, text: text) { return true }
        for word in falseWords where Self.isSame(word, text: text) { return false }
        return nil
    }

    /// The words, for messages.
    var expected: String {
        let words = self == .standard ? BooleanWords.plain : self
        return (words.trueWords + words.falseWords).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " or ")
    }

    @inline(__always)
    private static func isSame(_ word: [UInt8], text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard word.count == text.count else { return false }
        for index in word.indices where word[index] != lowercase(text[index]) { return false }
        return true
    }

    @inline(__always)
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
