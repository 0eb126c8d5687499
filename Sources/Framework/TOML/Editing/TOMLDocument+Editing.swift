public import Diagnostics

extension TOMLDocument {
    /// The document as text; unless it was edited, the bytes from which it was parsed.
    public var bytes: [UInt8] { source.bytes }

    /// Sets one value and leaves every other byte unchanged: comments, whitespace, order and line ends.
    ///
    ///     try document.set("source[0].page_size", 250)
    ///
    /// An existing value is replaced in place, including its brackets. A missing key is added after the last pair of
    /// its table, with the same indentation; a missing table on its path becomes part of a dotted key.
    ///
    /// - Parameters:
    ///   - path: The path of the value, as in `TOMLValue.path`.
    ///   - value: The new value.
    /// - Throws: `toml.path` if the path is invalid; `toml.not-editable` if the value is a table or an array of tables
    ///   that is spread over headers, or if a value on the path is not a table; or an error of `TOMLEncoder`.
    public mutating func set(_ path: String, to value: some Encodable) throws(Diagnostic) {
        let steps = try ValuePath(path).steps
        var literal = try TOMLEncoder().encodeInline(value)
        var target = root
        var missing: [String] = []
        for step in steps {
            switch step {
            case .key(let key) where target.exists && missing.isEmpty && target[key].exists: target = target[key]
            case .index(let index) where missing.isEmpty && target[index].exists: target = target[index]
            case .key(let key) where target.kind == .table: missing.append(key)
            default:
                throw target.problem(
                    "toml.not-editable",
                    message: "'\(path)' cannot be added: '\(target.path)' has no such element"
                )
            }
        }
        let replaced: Range<Int>
        if missing.isEmpty {
            replaced = try target.replaceableRange()
        } else {
            let insertion = try target.insertion(of: missing, literal: literal)
            replaced = insertion.offset..<insertion.offset
            literal = insertion.text
        }
        var bytes = bytes
        bytes.replaceSubrange(replaced, with: literal)
        do throws(DiagnosticList) {
            self = try TOMLDocument(bytes, name: source.name, options: tree.options)
        } catch {
            throw error.all.first
                ?? Diagnostic("toml.not-editable", message: "'\(path)' cannot be set", category: .usage)
        }
    }
}

extension TOMLValue {
    /// The bytes of a value that is in one place.
    fileprivate func replaceableRange() throws(Diagnostic) -> Range<Int> {
        let node = tree.nodes[node]
        if node.isContainer, node.origin != .inline || self.node == 0 {
            throw problem(
                "toml.not-editable",
                message: "'\(path)' is spread over the document and cannot be replaced"
            )
        }
        return node.offsets
    }

    /// Where to add a missing key of this table, and the text to add there.
    fileprivate func insertion(
        of keys: [String],
        literal: [UInt8]
    ) throws(Diagnostic) -> (offset: Int, text: [UInt8]) {
        // The innermost table with a body of its own: dotted keys also add to it.
        var keys = keys
        var table = node
        while tree.nodes[table].origin == .dotted, let key = tree.key(table) {
            keys.insert(key, at: 0)
            table = Int(tree.nodes[table].parent)
        }
        let pair = Array(keys.map(KeyText.quotedIfNeeded).joined(separator: ".").utf8) + Array(" = ".utf8) + literal
        let bytes = tree.source.bytes
        let last = tree.lastPair(ofBody: table)
        let lineEnd = Array((tree.usesCRLF ? "\r\n" : "\n").utf8)

        switch tree.nodes[table].origin {
        case .inline:
            // After the last value, or after the opening brace.
            guard let last else { return (Int(tree.nodes[table].start) + 1, Array(" ".utf8) + pair + Array(" ".utf8)) }
            return (Int(tree.nodes[last].end), Array(", ".utf8) + pair)
        case .passed:
            // The table has no body yet: it gets a header at the end, provided that it is in the last elements of its
            // arrays.
            guard tree.isInLastElements(table) else {
                throw problem(
                    "toml.not-editable",
                    message: "'\(path)' has no header of its own to add '\(keys[0])' under"
                )
            }
            let ends = bytes.isEmpty || bytes.last == .lineFeed
            let header = Array("[\(TOMLValue(tree, node: table).headerPath)]".utf8)
            return (bytes.count, (ends ? [] : lineEnd) + lineEnd + header + lineEnd + pair + lineEnd)
        case .header, .dotted, .tables:
            let end = last.map { Int(tree.nodes[$0].end) } ?? Int(tree.nodes[table].end)
            if last == nil, table == 0 {
                let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
                return (start, pair + (bytes.count > start ? lineEnd : []))
            }
            var offset = end
            while offset < bytes.count, bytes[offset] != .lineFeed { offset += 1 }
            let indentation = tree.indentation(
                at: last.map { tree.nodes[$0].pairStart } ?? Int(tree.nodes[table].start)
            )
            guard offset < bytes.count else { return (offset, lineEnd + indentation + pair) }
            return (offset + 1, indentation + pair + lineEnd)
        }
    }

    /// The path in the form of a header: without indices, since it refers to the last element of each array.
    private var headerPath: String {
        var keys: [String] = []
        var node = node
        while node != 0 {
            if let key = tree.key(node) { keys.append(KeyText.quotedIfNeeded(key)) }
            node = Int(tree.nodes[node].parent)
        }
        return keys.reversed().joined(separator: ".")
    }
}

extension Tree {
    /// Whether the first line of the text ends with CRLF.
    fileprivate var usesCRLF: Bool {
        guard let first = source.bytes.firstIndex(of: .lineFeed), first > 0 else { return false }
        return source.bytes[first - 1] == .carriageReturn
    }

    /// The last value in a table's own body, including dotted keys; nil if there is none.
    fileprivate func lastPair(ofBody table: Int) -> Int? {
        var last: Int?
        var pending = [table]
        while let container = pending.popLast() {
            var child = nodes[container].firstChild
            while child != 0 {
                switch nodes[child].origin {
                case .dotted: pending.append(child)
                case .inline: if nodes[child].start > last.map({ nodes[$0].start }) ?? 0 { last = child }
                case .passed, .header, .tables: break
                }
                child = Int(nodes[child].next)
            }
        }
        return last
    }

    /// Whether each array of tables on the path of a node ends with the element on that path.
    fileprivate func isInLastElements(_ node: Int) -> Bool {
        var node = node
        while node != 0 {
            let parent = Int(nodes[node].parent)
            if nodes[parent].kind == .array, nodes[node].next != 0 { return false }
            node = parent
        }
        return true
    }

    /// The whitespace at the beginning of the line that contains an offset.
    fileprivate func indentation(at offset: Int) -> [UInt8] {
        var start = offset
        while start > 0, source.bytes[start - 1] != .lineFeed { start -= 1 }
        return Array(source.bytes[start...].prefix { $0.isBlank })
    }
}

extension Node {
    /// The start of the pair, or of its last part if the key is dotted.
    fileprivate var pairStart: Int { key?.offsets.lowerBound ?? Int(start) }
}
