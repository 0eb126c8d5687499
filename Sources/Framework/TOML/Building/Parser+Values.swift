extension Parser {
    /// Parses a value, with everything in its brackets, into a slot that is `depth` levels down.
    mutating func parseValue(_ slot: TreeBuilder.Slot, depth: Int) throws(Problem) {
        var slot = slot
        var depth = depth
        while true {
            let start = scanner.offset
            switch scanner.byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                let isTable = scanner.byte == UInt8(ascii: "{")
                guard depth < options.maximumDepth else { throw tooDeep(at: start) }
                scanner.offset &+= 1
                let node = add(Node(isTable ? .table : .array, at: start..<start, parent: slot.parent), to: slot)
                frames.append(Frame(node: node, isTable: isTable, depth: depth &+ 1))
                try skipInside(isTable: isTable)
            default:
                do throws(Problem) {
                    try parseScalar(slot)
                } catch {
                    if error.code == .unknownValue, let unclosed = unclosed(isAfterComma: true) { throw unclosed }
                    guard skipElement(with: error) else { throw error }
                }
                if frames.isEmpty { return }
                try separate()
            }
            // The next element of the innermost bracket begins here, or the bracket closes.
            while let frame = frames.last, scanner.byte == (frame.isTable ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                scanner.offset &+= 1
                builder.nodes[frame.node].end = UInt32(truncatingIfNeeded: scanner.offset)
                frames.removeLast()
                if frames.isEmpty { return }
                try separate()
            }
            guard let frame = frames.last else { return }
            if scanner.isAtEnd { throw unterminated(frame) }
            if frame.isTable {
                (slot, depth) = try parseInlineKey(in: frame)
            } else {
                slot = TreeBuilder.Slot(parent: frame.node)
                depth = frame.depth
            }
        }
    }

    /// Skips an invalid value in brackets, so that its neighbours are still read.
    ///
    /// This requires that its end is clear: at a comma or the closing bracket, with no quote in between.
    private mutating func skipElement(with problem: Problem) -> Bool {
        guard let frame = frames.last, problems.count + 1 < options.maximumProblems, problem.code != .missingValue
        else { return false }
        var end = problem.offsets.lowerBound
        while end < scanner.bytes.count {
            switch scanner.bytes[end] {
            case UInt8(ascii: ","), frame.isTable ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                // In a table a pair follows, or the comma belongs to a text without quotes.
                if frame.isTable, scanner.bytes[end] == UInt8(ascii: ","), !scanner.beginsPair(at: end + 1) {
                    return false
                }
                scanner.offset = end
                problems.append(problem)
                return true
            case .quote, .apostrophe, .lineFeed, UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"):
                return false
            default:
                end += 1
            }
        }
        return false
    }

    /// Reads the comma after a value, unless the bracket closes, and whitespace around it.
    @inline(__always)
    private mutating func separate() throws(Problem) {
        guard let frame = frames.last else { return }
        try skipInside(isTable: frame.isTable)
        if scanner.byte == UInt8(ascii: ",") {
            let comma = scanner.offset
            scanner.offset &+= 1
            try skipInside(isTable: frame.isTable)
            if frame.isTable, scanner.byte == UInt8(ascii: "}"), options.version == .v1_0 {
                throw Problem(
                    .trailingComma,
                    message: "TOML 1.0 has no comma after the last pair of an inline table",
                    at: comma..<comma + 1,
                    hint: "leave the comma out"
                )
            }
        } else if scanner.byte != (frame.isTable ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            throw missingComma(frame)
        }
    }

    /// Skips whitespace, and what else may separate elements in brackets.
    @inline(__always)
    private mutating func skipInside(isTable: Bool) throws(Problem) {
        if isTable, options.version == .v1_0 {
            scanner.skipBlanks()
            guard scanner.byteEndsLine || scanner.byte == UInt8(ascii: "#") else { return }
            throw brokenInlineTable()
        }
        try scanner.skipTrivia()
    }

    /// Reads a value without brackets.
    @inline(__always)
    private mutating func parseScalar(_ slot: TreeBuilder.Slot) throws(Problem) {
        let start = scanner.offset
        let byte = scanner.byte
        switch byte {
        case .quote, .apostrophe:
            let token = try scanner.scanString()
            var node = Node(.string, at: start..<scanner.offset, parent: slot.parent)
            node.content = token.content
            if token.needsDecoding { node.flags.insert(.needsDecoding) }
            if token.isMultiline { node.flags.insert(.isMultiline) }
            _ = add(node, to: slot)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
            if scanner.isDateOrTime {
                let kind = try scanner.scanDateTime().kind
                _ = add(Node(kind, at: start..<scanner.offset, parent: slot.parent), to: slot)
            } else {
                let token = try scanner.scanNumber()
                var node = Node(token.kind, at: start..<scanner.offset, parent: slot.parent)
                node.bits = token.bits
                _ = add(node, to: slot)
            }
        case UInt8(ascii: "t") where scanner.matches("true") && scanner.byte(at: start &+ 4).endsValue:
            scanner.offset &+= 4
            var node = Node(.boolean, at: start..<scanner.offset, parent: slot.parent)
            node.bits = 1
            _ = add(node, to: slot)
        case UInt8(ascii: "f") where scanner.matches("false") && scanner.byte(at: start &+ 5).endsValue:
            scanner.offset &+= 5
            _ = add(Node(.boolean, at: start..<scanner.offset, parent: slot.parent), to: slot)
        case UInt8(ascii: "i"), UInt8(ascii: "n"):
            guard scanner.matches("inf") || scanner.matches("nan"), scanner.byte(at: start &+ 3).endsValue else {
                throw scanner.missingValue()
            }
            let token = try scanner.scanNumber()
            var node = Node(token.kind, at: start..<scanner.offset, parent: slot.parent)
            node.bits = token.bits
            _ = add(node, to: slot)
        default:
            throw scanner.missingValue()
        }
    }

    @inline(__always)
    private mutating func add(_ node: Node, to slot: TreeBuilder.Slot) -> Int {
        guard let key = slot.key else { return builder.append(node) }
        return builder.add(node, under: key, lookup: slot.lookup, bytes: scanner.bytes)
    }
}

extension NumberToken {
    fileprivate var kind: Node.Kind {
        switch self {
        case .integer: .integer
        case .float: .float
        }
    }

    fileprivate var bits: UInt64 {
        switch self {
        case .integer(let value): UInt64(bitPattern: value)
        case .float(let value): value.bitPattern
        }
    }
}

extension DateTimeToken {
    fileprivate var kind: Node.Kind {
        switch self {
        case .offsetDateTime: .offsetDateTime
        case .localDateTime: .localDateTime
        case .localDate: .localDate
        case .localTime: .localTime
        }
    }
}
