internal import PluginKit

/// Comma-separated tags without duplicates; case does not matter.
struct TagList: Sendable {
    /// The list, such as `cinema,Paris`.
    private(set) var bytes: [UInt8] = []
    private var tags: [Range<Int>] = []

    init() {}

    init(_ tags: [String]) {
        for tag in tags { append(tag: tag.utf8.span) }
    }

    /// Appends comma-separated tags.
    mutating func append(_ text: Span<UInt8>) {
        var start = 0
        for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: ",") {
            append(tag: text.extracting(start..<index))
            start = index + 1
        }
    }

    private mutating func append(tag: Span<UInt8>) {
        let start = bytes.count
        if start > 0 { bytes.append(UInt8(ascii: ",")) }
        let tagStart = bytes.count
        let isNew =
            FieldText.appendTag(tag, to: &bytes)
            && !tags.contains { isSame($0, tagStart..<bytes.count) }
        if isNew { tags.append(tagStart..<bytes.count) } else { bytes.removeLast(bytes.count - start) }
    }

    private func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { lowered(bytes[$0]) == lowered(bytes[$1]) }
    }

    private func lowered(_ byte: UInt8) -> UInt8 { 65...90 ~= byte ? byte | 32 : byte }
}
