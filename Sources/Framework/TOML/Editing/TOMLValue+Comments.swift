public import Diagnostics

extension TOMLValue {
    /// The comment lines directly above the line of the key or header, as one range from the first `#` on.
    ///
    /// Nil without such lines.
    public var commentAbove: SourceRange? {
        guard exists, node != 0 else { return nil }
        let bytes = tree.source.bytes
        var first = lineStart(of: place)
        let limit = endOfPreviousScalar
        var start: Int?
        while first > 0 {
            let above = lineStart(of: first - 1)
            guard above >= limit else { break }
            var text = above == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : above
            while text < first, bytes[text].isBlank { text += 1 }
            guard bytes[text] == UInt8(ascii: "#") else { break }
            start = text
            first = above
        }
        guard let start else { return nil }
        return tree.source[start..<withoutLineEnd(lineStart(of: place))]
    }

    /// The comment after the value or header on its last line, from the `#` on; nil if there is none.
    public var commentAfter: SourceRange? {
        guard exists, node != 0 else { return nil }
        let bytes = tree.source.bytes
        var start = Int(tree.nodes[node].end)
        while start < bytes.count, bytes[start].isBlank || bytes[start] == UInt8(ascii: ",") { start += 1 }
        guard start < bytes.count, bytes[start] == UInt8(ascii: "#") else { return nil }
        var end = start
        while end < bytes.count, bytes[end] != .lineFeed { end += 1 }
        return tree.source[start..<(end < bytes.count ? withoutLineEnd(end + 1) : end)]
    }

    /// Where the pair, header or element begins.
    private var place: Int {
        let node = tree.nodes[node]
        return min(node.key?.offsets.lowerBound ?? Int(node.start), Int(node.start))
    }

    private func lineStart(of offset: Int) -> Int {
        var start = offset
        while start > 0, tree.source.bytes[start - 1] != .lineFeed { start -= 1 }
        return start
    }

    /// The end of a line's text, from the beginning of the next line.
    private func withoutLineEnd(_ next: Int) -> Int {
        var end = next
        if end > 0, tree.source.bytes[end - 1] == .lineFeed { end -= 1 }
        if end > 0, tree.source.bytes[end - 1] == .carriageReturn { end -= 1 }
        return end
    }

    /// The end of the last string or other scalar before this node: a line above it may be inside of a string.
    private var endOfPreviousScalar: Int {
        var index = node - 1
        while index > 0 {
            let other = tree.nodes[index]
            if !other.isContainer, Int(other.end) <= place { return Int(other.end) }
            index -= 1
        }
        return 0
    }
}
