/// A change that a finding proposes to the text that it is about, such as a pipeline file.
public struct TextEdit: Sendable {
    /// What is replaced, such as the value of an option.
    public let range: SourceRange
    /// What is written instead.
    public let replacement: String
    /// What is added after it, such as `delimiter = ";"`: each on a line of its own, or after a comma where the table of
    /// the option is on one line.
    public let additions: [String]

    /// A change of a part of a text.
    ///
    /// - Parameters:
    ///   - range: What is replaced.
    ///   - replacement: What is written instead.
    ///   - additions: What is added after it.
    public init(_ range: SourceRange, replacement: String, additions: [String] = []) {
        self.range = range
        self.replacement = replacement
        self.additions = additions
    }
}

extension SourceText {
    /// The text with changes; everything else stays as it is, byte for byte.
    ///
    /// - Parameter edits: Changes of this text. Of those that overlap, only the first is made.
    /// - Returns: The changed text.
    public func applying(_ edits: [TextEdit]) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        for edit in edits.sorted(by: { $0.range.offsets.lowerBound < $1.range.offsets.lowerBound }) {
            let range = edit.range.offsets
            guard range.lowerBound >= place, range.upperBound <= bytes.count else { continue }
            result += bytes[place..<range.lowerBound]
            result += edit.replacement.utf8
            place = range.upperBound
            guard !edit.additions.isEmpty else { continue }
            let first = line(around: range.lowerBound)
            let before = bytes[first.lowerBound..<range.lowerBound]
            if before.contains(UInt8(ascii: "{")) {
                for addition in edit.additions { result += ", \(addition)".utf8 }
                continue
            }
            // What follows on the last line of the value, such as a comment, stays there.
            let last = line(around: range.upperBound)
            result += bytes[place..<last.upperBound]
            place = last.upperBound
            let lineEnd = last.upperBound < bytes.count && bytes[last.upperBound] == UInt8(ascii: "\r") ? "\r\n" : "\n"
            let indent = before.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            for addition in edit.additions { result += Array(lineEnd.utf8) + indent + Array(addition.utf8) }
        }
        return result + bytes[place...]
    }
}
