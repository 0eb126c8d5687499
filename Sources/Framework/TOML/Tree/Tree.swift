internal import Diagnostics

/// The nodes of a document and its text; immutable, and freed in one piece.
final class Tree: Sendable {
    let nodes: [Node]
    let source: SourceText
    let options: TOMLOptions

    init(nodes: [Node], source: SourceText, options: TOMLOptions) {
        self.nodes = nodes
        self.source = source
        self.options = options
    }

    /// The text of a node's key; nil if it has none.
    func key(_ node: Int) -> String? {
        guard let key = nodes[node].key else { return nil }
        let bytes = source.bytes
        if key.hasEscapes { return String(decoding: key.decoded(from: bytes.span), as: UTF8.self) }
        return String(decoding: bytes[key.start..<key.start + key.length], as: UTF8.self)
    }

    /// The child of a table under a key; nil if there is none.
    func child(of table: Int, under key: String) -> Int? {
        guard nodes[table].kind == .table else { return nil }
        var key = key
        return key.withUTF8 { wanted in
            var child = nodes[table].firstChild
            while child != 0 {
                if let token = nodes[child].key, matches(token, wanted: wanted) { return child }
                child = Int(nodes[child].next)
            }
            return nil
        }
    }

    /// Whether a key of the document equals `wanted` byte by byte.
    private func matches(_ key: KeyToken, wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        let bytes = source.bytes
        if key.hasEscapes { return key.decoded(from: bytes.span).elementsEqual(wanted) }
        guard key.length == wanted.count else { return false }
        return bytes[key.start..<key.start + key.length].elementsEqual(wanted)
    }

    /// The text of a string.
    func string(_ node: Int) -> String {
        let node = nodes[node]
        guard node.flags.contains(.needsDecoding) else {
            return String(decoding: source.bytes[node.content], as: UTF8.self)
        }
        return String(decoding: decoded(node), as: UTF8.self)
    }

    /// The text of a string that contains escapes or CRLF.
    private func decoded(_ node: Node) -> [UInt8] {
        let source = source.bytes
        let bytes = source.span
        let hasEscapes = bytes[Int(node.start)] == .quote
        let end = node.content.upperBound
        var text: [UInt8] = []
        text.reserveCapacity(node.content.count)
        var offset = node.content.lowerBound
        while offset < end {
            let byte = bytes[offset]
            if hasEscapes, byte == .backslash {
                let escape = Escape(at: offset, in: bytes)
                if let scalar = escape.scalar { text.append(contentsOf: scalar.utf8) }
                // A backslash at the end of a line skips whitespace, up to the closing quotes at most.
                offset = min(offset + escape.length, end)
            } else if byte == .carriageReturn {
                offset += 1
            } else {
                text.append(byte)
                offset += 1
            }
        }
        return text
    }
}
