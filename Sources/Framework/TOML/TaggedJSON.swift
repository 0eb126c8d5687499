/// Writes a document as the JSON that the toml-test project compares, in pieces: every scalar is written as `{"type":
/// "integer", "value": "1"}`.
struct TaggedJSON {
    private let tree: Tree
    /// Bytes that were written but not passed on yet.
    private var bytes: [UInt8] = []

    init(_ tree: Tree) { self.tree = tree }

    /// Visits the nodes along their links: down to the first child, on to the next sibling, up to the parent.
    mutating func write<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var node = 0
        open(node)
        while true {
            if bytes.count >= 1 << 16 {
                try sink(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
            if tree.nodes[node].isContainer, tree.nodes[node].firstChild != 0 {
                node = tree.nodes[node].firstChild
                begin(node)
                continue
            }
            close(node)
            while node != 0, tree.nodes[node].next == 0 {
                node = Int(tree.nodes[node].parent)
                close(node)
            }
            if node == 0 { break }
            node = Int(tree.nodes[node].next)
            bytes.append(UInt8(ascii: ","))
            begin(node)
        }
        bytes.append(.lineFeed)
        try sink(bytes)
    }

    private mutating func begin(_ node: Int) {
        if let key = tree.key(node) {
            append(key)
            bytes.append(UInt8(ascii: ":"))
        }
        open(node)
    }

    private mutating func open(_ node: Int) {
        switch tree.nodes[node].kind {
        case .table: bytes.append(UInt8(ascii: "{"))
        case .array: bytes.append(UInt8(ascii: "["))
        default: appendScalar(node)
        }
    }

    private mutating func close(_ node: Int) {
        switch tree.nodes[node].kind {
        case .table: bytes.append(UInt8(ascii: "}"))
        case .array: bytes.append(UInt8(ascii: "]"))
        default: break
        }
    }

    private mutating func appendScalar(_ node: Int) {
        let value = TOMLValue(tree, node: node)
        switch value.kind {
        case .string: append("string", value: value.string)
        case .integer: append("integer", value: value.integer?.description)
        case .float: append("float", value: value.double.map(Self.float))
        case .boolean: append("bool", value: value.boolean?.description)
        case .offsetDateTime: append("datetime", value: value.offsetDateTime?.description)
        case .localDateTime: append("datetime-local", value: value.localDateTime?.description)
        case .localDate: append("date-local", value: value.localDate?.description)
        case .localTime: append("time-local", value: value.localTime?.description)
        case .array, .table, .missing: break
        }
    }

    private mutating func append(_ type: StaticString, value: String?) {
        append(ascii: "{\"type\":\"")
        append(ascii: type)
        append(ascii: "\",\"value\":")
        append(value ?? "")
        bytes.append(UInt8(ascii: "}"))
    }

    private static func float(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return value.description
    }

    private mutating func append(ascii text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// Appends a text as a JSON string.
    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append(ascii: "\\\"")
            case UInt8(ascii: "\\"): append(ascii: "\\\\")
            case 0x0A: append(ascii: "\\n")
            case 0..<0x20, 0x7F: bytes.append(contentsOf: "\\u\(Text.hex(UInt32(byte), digits: 4))".utf8)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Node {
    /// Whether it is a table or an array.
    var isContainer: Bool { kind == .table || kind == .array }
}

extension TOMLDocument {
    /// The document as JSON in which every scalar carries its type, `{"type": "integer", "value": "1"}`.
    ///
    /// The toml-test project compares parsers in this form. It is UTF-8 with a line feed at its end; date-times are in
    /// the form of RFC 3339, keys in the order of the document.
    public func taggedJSON() -> [UInt8] {
        var all: [UInt8] = []
        writeTaggedJSON { all += $0 }
        return all
    }

    /// Passes `taggedJSON()` on in pieces of about 64 KiB, so that a large document is never in memory a second time.
    ///
    /// - Parameter sink: Receives the next piece.
    /// - Throws: What `sink` throws.
    public func writeTaggedJSON<Failure: Error>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        var json = TaggedJSON(tree)
        try json.write(to: sink)
    }
}
