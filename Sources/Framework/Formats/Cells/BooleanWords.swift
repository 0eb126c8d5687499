/// The words that stand for true and false in the cells of a file.
///
/// Upper and lower case of ASCII letters are the same.
public struct BooleanWords: Sendable, Hashable {
    /// The words for true, in lower case.
    private let trueWords: [[UInt8]]
    /// The words for false, in lower case.
    private let falseWords: [[UInt8]]

    /// `true` and `false`.
    public static let standard = BooleanWords(true: ["true"], false: ["false"])

    /// These words for true and these for false; a word that is in both lists is one for true.
    public init(true trueWords: [String], false falseWords: [String]) {
        self.trueWords = trueWords.map { $0.utf8.map(Self.lowercase) }
        self.falseWords = falseWords.map { $0.utf8.map(Self.lowercase) }
    }

    /// What a text stands for; nil if it is none of the words.
    func value(of text: UnsafeBufferPointer<UInt8>) -> Bool? {
        for word in trueWords where Self.isSame(word, text: text) { return true }
        for word in falseWords where Self.isSame(word, text: text) { return false }
        return nil
    }

    /// The words, for messages.
    var expected: String {
        (trueWords + falseWords).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " or ")
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
