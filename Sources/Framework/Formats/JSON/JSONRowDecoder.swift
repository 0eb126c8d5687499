internal import Records

/// Reads objects into slots: the inner loop of `JSONRowReader`.
///
/// All memory is borrowed for one call of `JSONRowReader.decode`, which also ensures the sizes: as many slots and roles
/// as the trie has; `JSONKeyGuess.perNode` guesses for each node; and room for text of the size of the window plus
/// eight bytes, because a string is never longer unescaped than escaped, multiplied by `JSONTrie.texts` for what is
/// stored there in addition to strings.
struct JSONRowDecoder {
    typealias Bytes = JSONScanner.Bytes

    let scanner: JSONScanner
    let nodes: UnsafeBufferPointer<JSONTrie.Node>
    let edges: UnsafeBufferPointer<JSONTrie.Edge>
    let roles: UnsafeBufferPointer<JSONTrie.Slot>
    let slots: UnsafeMutableBufferPointer<JSONSlot>
    let guesses: UnsafeMutableBufferPointer<JSONKeyGuess>
    let text: UnsafeMutableBufferPointer<UInt8>
    /// The offset of `text` in the heap of the batch.
    private(set) var startOfText: Int
    /// The room that text may need, as a multiple of the input's size.
    private let texts: Int

    /// Bytes of text written so far.
    var textCount = 0
    /// The number of values so far that did not fit their column.
    var mismatches = 0
    /// Whether texts have to be checked for UTF-8; false if all bytes of the scanner are known to be.
    var checksText = true
    /// Whether the first misfit of a record and its first unknown key are needed.
    var isStrict = false
    /// The texts that mean null.
    var nulls: [[UInt8]] = []
    /// The first value of the current record that did not fit, if `isStrict`.
    var misfit: Misfit?
    /// The first key of the current record that no node has, if `isStrict`, with the node of its object.
    var unknownKey: Misfit?

    /// A place in the current record.
    struct Misfit {
        var node: Int
        var text: UnsafeBufferPointer<UInt8>
    }
    /// The times so far that are not instants; the slot of each holds its index here, as a whole number.
    var oddInstants: [OddInstant] = []

    /// A time that is not an instant.
    struct OddInstant {
        /// The local time, if only the zone is missing.
        var local: Int64?
        /// What was found.
        var text: String
    }
    /// One bit for each of the first 64 nodes: whether the current record already had it.
    private var met: UInt64 = 0

    init(
        scanner: JSONScanner,
        nodes: UnsafeBufferPointer<JSONTrie.Node>,
        edges: UnsafeBufferPointer<JSONTrie.Edge>,
        roles: UnsafeBufferPointer<JSONTrie.Slot>,
        slots: UnsafeMutableBufferPointer<JSONSlot>,
        guesses: UnsafeMutableBufferPointer<JSONKeyGuess>,
        text: UnsafeMutableBufferPointer<UInt8>,
        startOfText: Int,
        texts: Int
    ) {
        self.scanner = scanner
        self.nodes = nodes
        self.edges = edges
        self.roles = roles
        self.slots = slots
        self.guesses = guesses
        self.text = text
        self.startOfText = startOfText
        self.texts = texts
    }

    /// Where the next text will be in the heap of the batch.
    @inline(__always)
    var endOfText: Int { startOfText &+ textCount }

    /// Whether there is room for the text of all that follows `p`; there always is before the first record.
    @inline(__always)
    func hasRoom(from p: Bytes) -> Bool {
        text.count &- textCount >= (scanner.end - p &+ 8) &* texts
    }

    /// Moves the text written so far to the batch, so that all of the room is free again.
    @inline(never)
    mutating func flush(to rows: inout RowWriter) {
        rows.append(text: UnsafeBufferPointer(rebasing: text[..<textCount]))
        textCount = 0
        startOfText = rows.endOfText
    }

    /// The position of the next text; the buffer is never empty.
    @inline(__always)
    var room: UnsafeMutablePointer<UInt8> { text.baseAddress.unsafelyUnwrapped + textCount }

    /// Reads the record that begins at `p` into the slots and returns the position after it; `depth` is the number of
    /// enclosing values.
    @inline(__always)
    mutating func record(_ p: Bytes, depth: Int) throws(JSONStop) -> Bytes {
        slots.update(repeating: .null)
        met = 0
        misfit = nil
        unknownKey = nil
        guard p.pointee == UInt8(ascii: "{") else { return try scanner.skipValue(p, depth: depth) }
        return try object(p, node: 0, depth: depth)
    }

    /// Passes over a value of any kind, which is stored as it is written.
    mutating func wholeValue(_ p: Bytes) throws(JSONStop) -> Bytes {
        misfit = nil
        unknownKey = nil
        return try scanner.skipValue(p, depth: 0)
    }

    /// Reads from an opening brace to after the closing one; `depth` is the number of enclosing values.
    private mutating func object(_ p: Bytes, node: Int, depth: Int) throws(JSONStop) -> Bytes {
        var p = scanner.space(p + 1)
        if p.pointee == UInt8(ascii: "}") { return p + 1 }
        let first = node &* JSONKeyGuess.perNode
        var guess = 0
        while true {
            let found: Int
            let start = p
            if guess < JSONKeyGuess.perNode, guesses[first &+ guess].isRight(p) {
                found = guesses[first &+ guess].node
                p += guesses[first &+ guess].length
            } else if guess &+ 1 < JSONKeyGuess.perNode, guesses[first &+ guess &+ 1].isRight(p) {
                // One key is missing in this object.
                guess &+= 1
                found = guesses[first &+ guess].node
                p += guesses[first &+ guess].length
            } else {
                (p, found) = try key(p, of: node, guess: guess)
            }
            if found == JSONKeyGuess.unwanted, isStrict, unknownKey == nil, !nodes[node].isKept {
                unknownKey = Misfit(node: node, text: UnsafeBufferPointer(start: start, count: p - start))
            }
            p = scanner.space(p)
            p =
                found == JSONKeyGuess.unwanted
                ? try scanner.skipValue(p, depth: depth &+ 1) : try value(p, of: found, depth: depth &+ 1)
            p = scanner.space(p)
            guard p.pointee == UInt8(ascii: ",") else { break }
            p = scanner.space(p + 1)
            guess &+= 1
        }
        guard p.pointee == UInt8(ascii: "}") else { throw scanner.stop(.commaOrBrace, at: p) }
        return p + 1
    }

    /// Reads a key and its colon without a guess; the key becomes the guess for the next object.
    @inline(never)
    private mutating func key(_ p: Bytes, of node: Int, guess: Int) throws(JSONStop) -> (Bytes, node: Int) {
        guard p.pointee == UInt8(ascii: "\"") else { throw scanner.stop(.key, at: p) }
        let end = try scanner.skipString(p + 1)
        let written = UnsafeBufferPointer(start: p + 1, count: end - p - 2)
        var found = JSONKeyGuess.unwanted
        if written.contains(UInt8(ascii: "\\")) {
            let start = room
            let count = try scanner.copyString(p + 1, to: start, isValidated: false).count
            // With half of a character it is no column's name: the U+FFFD in its place would make it another key.
            if !isStrict || !scanner.hasLoneSurrogate(p + 1, to: end - 1) {
                found = child(of: node, key: UnsafeBufferPointer(start: UnsafePointer(start), count: count))
            }
        } else {
            found = child(of: node, key: written)
        }
        let colon = scanner.space(end)
        guard colon.pointee == UInt8(ascii: ":") else { throw scanner.stop(.colon, at: colon) }
        if colon == end, colon + 1 - p <= JSONKeyGuess.longest, guess < JSONKeyGuess.perNode {
            guesses[node &* JSONKeyGuess.perNode &+ guess] = JSONKeyGuess(
                UnsafeBufferPointer(start: p, count: colon + 1 - p),
                node: found
            )
        }
        return (colon + 1, found)
    }

    private func child(of node: Int, key: UnsafeBufferPointer<UInt8>) -> Int {
        for index in nodes[node].edges where edges[index].key.elementsEqual(key) { return edges[index].node }
        return JSONKeyGuess.unwanted
    }

    // MARK: Values

    /// Reads the value of a node into its slots and those below it.
    @inline(__always)
    private mutating func value(_ p: Bytes, of index: Int, depth: Int) throws(JSONStop) -> Bytes {
        if index < 64, met & (1 &<< UInt64(truncatingIfNeeded: index)) == 0 {
            met |= 1 &<< UInt64(truncatingIfNeeded: index)
        } else {
            // The key is a duplicate; the last one counts.
            forget(nodes[index].all)
        }
        let slot = nodes[index].all.lowerBound
        switch nodes[index].sole {
        case .text where p.pointee == UInt8(ascii: "\"") && nulls.isEmpty,
            .anyText where p.pointee == UInt8(ascii: "\"") && nulls.isEmpty:
            let (next, count) = try scanner.copyString(p + 1, to: room, isValidated: checksText)
            slots[slot] = addText(count)
            // Only a string with escapes is shorter than it was written.
            if isStrict, next - p &- 2 != count { refuseHalves(p, to: next, node: index) }
            return next
        case .json where p.pointee != UInt8(ascii: "n"):
            let next = try scanner.skipValue(p, depth: depth)
            slots[slot] = try written(UnsafeBufferPointer(start: p, count: next - p))
            return next
        case .integer:
            guard let (next, value) = scanner.plainInteger(p) else { break }
            slots[slot] = .integer(value)
            return next
        case .instant where p.pointee == UInt8(ascii: "\""):
            // A zero byte after the window is neither a digit nor a quote.
            guard let value = ISO8601.usualForm(p + 1), p[25] == UInt8(ascii: "\"") else { break }
            slots[slot] = .instant(value)
            return p + 26
        default: break
        }
        return try anyValue(p, of: index, depth: depth)
    }

    @inline(never)
    private mutating func forget(_ range: Range<Int>) {
        for slot in range { slots[slot] = .null }
    }

    /// Notes that a text does not fit, if it has half of a character: U+FFFD would be another text.
    @inline(never)
    private mutating func refuseHalves(_ start: Bytes, to end: Bytes, node: Int) {
        guard scanner.hasLoneSurrogate(start + 1, to: end - 1) else { return }
        mismatches &+= 1
        if misfit == nil { misfit = Misfit(node: node, text: UnsafeBufferPointer(start: start, count: end - start)) }
    }

    @inline(__always)
    mutating func addText(_ count: Int) -> JSONSlot {
        let start = startOfText &+ textCount
        textCount &+= count
        return .text(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: count))
    }

    @inline(never)
    private mutating func anyValue(_ p: Bytes, of index: Int, depth: Int) throws(JSONStop) -> Bytes {
        let before = mismatches &+ oddInstants.count
        let next = try convert(p, of: index, depth: depth)
        if isStrict, misfit == nil, mismatches &+ oddInstants.count != before {
            misfit = Misfit(node: index, text: UnsafeBufferPointer(start: p, count: next - p))
        }
        return next
    }

    @inline(__always)
    private mutating func convert(_ p: Bytes, of index: Int, depth: Int) throws(JSONStop) -> Bytes {
        let node = nodes[index]
        switch p.pointee {
        case UInt8(ascii: "{"):
            // Before the object, because its members may change other slots only.
            put(.null, words: "an object", into: node, isObject: !node.edges.isEmpty)
            guard !node.edges.isEmpty else { return try keep(p, to: try scanner.skipValue(p, depth: depth), in: node) }
            guard depth < JSONScanner.maximumDepth else { throw .depth(offset: p - scanner.base) }
            return try keep(p, to: try object(p, node: index, depth: depth), in: node)
        case UInt8(ascii: "["):
            put(.null, words: "a list", into: node)
            return try keep(p, to: try scanner.skipValue(p, depth: depth), in: node)
        case UInt8(ascii: "\""):
            let start = room
            let isText = node.own.contains { roles[$0].role == .text || roles[$0].role == .anyText }
            let (next, count) = try scanner.copyString(p + 1, to: start, isValidated: checksText && isText)
            if isStrict, isText, next - p &- 2 != count { refuseHalves(p, to: next, node: index) }
            let text = UnsafeMutableBufferPointer(start: start, count: count)
            guard !nulls.contains(where: { $0.elementsEqual(text) }) else { return next }
            put(string: text, into: node)
            return try keep(p, to: next, in: node)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let (next, number) = try scanner.number(p)
            put(number: number, into: node)
            return try keep(p, to: next, in: node)
        case UInt8(ascii: "n"): return try scanner.literal(p)
        default:
            let next = try scanner.literal(p)
            let isTrue = p.pointee == UInt8(ascii: "t")
            put(.boolean(isTrue), words: isTrue ? "true" : "false", into: node)
            return try keep(p, to: next, in: node)
        }
    }

    /// Stores a value as written, in the slots of JSON columns; returns the position after it.
    @inline(__always)
    private mutating func keep(_ start: Bytes, to end: Bytes, in node: JSONTrie.Node) throws(JSONStop) -> Bytes {
        if node.holdsJSON { try keepWritten(UnsafeBufferPointer(start: start, count: end - start), in: node) }
        return end
    }

    @inline(never)
    private mutating func keepWritten(
        _ written: UnsafeBufferPointer<UInt8>,
        in node: JSONTrie.Node
    ) throws(JSONStop) {
        let cell = try self.written(written)
        for slot in node.own where roles[slot].role == .json { slots[slot] = cell }
    }

    /// Adds a value as it is written.
    @inline(__always)
    private mutating func written(_ value: UnsafeBufferPointer<UInt8>) throws(JSONStop) -> JSONSlot {
        if checksText { try check(value) }
        return addBytes(value)
    }

    /// Checks that a text is UTF-8.
    @inline(never)
    func check(_ text: UnsafeBufferPointer<UInt8>) throws(JSONStop) {
        do {
            _ = try UTF8Span(validating: text.span)
        } catch {
            throw .utf8(offset: (text.baseAddress ?? scanner.base) - scanner.base + error.byteOffsets.lowerBound)
        }
    }
}
