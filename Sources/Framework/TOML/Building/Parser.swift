/// Turns a document into nodes, line by line: `Scanner` reads tokens, `TreeBuilder` applies the rules for tables.
///
/// It is not recursive: open brackets are on a stack of frames. It continues after a mistake (`Parser+Recovery.swift`),
/// so one pass finds all independent ones.
struct Parser: ~Escapable {
    var scanner: Scanner
    var builder: TreeBuilder
    let options: TOMLOptions

    /// The problems so far, in the order in which they were found.
    var problems: [Problem] = []
    /// The open brackets, outermost first.
    var frames: [Frame] = []
    /// The table of the latest header, and its level.
    private var table = 0
    private var tableDepth = 0
    /// The first parts of invalid headers: apparent conflicts below them may have no other cause.
    private var brokenHeaders: Set<[UInt8]> = []
    /// The parts of the latest key; a property, so that its memory is reused.
    private var parts: [KeyToken] = []

    /// An array or inline table with an open bracket.
    struct Frame {
        let node: Int
        let isTable: Bool
        /// The level of the container.
        let depth: Int
    }

    @_lifetime(copy scanner)
    init(_ scanner: consuming Scanner, options: TOMLOptions) {
        builder = TreeBuilder(sizeInBytes: scanner.bytes.count)
        self.scanner = scanner
        self.options = options
    }

    /// Parses the whole document.
    mutating func parse() {
        while !scanner.isAtEnd, canReport {
            do throws(Problem) {
                try parseLine()
            } catch {
                if canReport { problems.append(error) }
                recover(from: error)
            }
        }
    }

    /// Whether another problem can be reported: one line can contain a million of them.
    var canReport: Bool { problems.count < options.maximumProblems }

    private mutating func parseLine() throws(Problem) {
        scanner.skipBlanks()
        switch scanner.byte {
        case .lineFeed, UInt8(ascii: "#"), .carriageReturn: break
        case UInt8(ascii: "["): return try parseHeader()
        case 0 where scanner.isAtEnd: return
        default: try parsePair()
        }
        try endLine()
    }

    /// Reads what may follow a pair or a header: whitespace, a comment, the end of the line.
    private mutating func endLine() throws(Problem) {
        scanner.skipBlanks()
        if scanner.skipLineEnd() { return }
        if scanner.byte == UInt8(ascii: "#") {
            try scanner.skipComment()
            if scanner.skipLineEnd() { return }
        }
        guard scanner.isAtEnd else { throw junk() }
    }

    private mutating func parseHeader() throws(Problem) {
        let start = scanner.offset
        // Until the header is known to be valid, pairs go to a detached table.
        table = 0
        tableDepth = 0
        scanner.offset &+= 1
        let isElement = scanner.byte == UInt8(ascii: "[")
        if isElement { scanner.offset &+= 1 }
        let header: Range<Int>
        do throws(Problem) {
            scanner.skipBlanks()
            try scanner.scanKey(into: &parts, limit: options.maximumDepth)
            try scanner.closeHeader(isElement: isElement, from: start)
            header = start..<scanner.offset
            try endLine()
        } catch {
            breakHeader()
            throw error
        }
        do throws(TreeBuilder.Conflict) {
            table =
                isElement
                ? try builder.openElement(parts, at: header, bytes: scanner.bytes)
                : try builder.openTable(parts, at: header, bytes: scanner.bytes)
            tableDepth = parts.count
        } catch {
            table = builder.addDetachedTable()
            if canReport, !parts.prefix(1).contains(where: { brokenHeaders.contains($0.decoded(from: scanner.bytes)) })
            {
                problems.append(problem(error, in: parts, isHeader: true, isElement: isElement))
            }
        }
    }

    /// Sends the pairs below an invalid header to a detached table.
    private mutating func breakHeader() {
        table = builder.addDetachedTable()
        tableDepth = 0
        if let first = parts.first { brokenHeaders.insert(first.decoded(from: scanner.bytes)) }
    }

    private mutating func parsePair() throws(Problem) {
        let start = scanner.offset
        try scanner.scanKey(into: &parts, limit: options.maximumDepth &- tableDepth &+ 1)
        if scanner.byte == UInt8(ascii: "]") { breakHeader() }
        try scanner.takeEquals(from: start)
        let depth = tableDepth &+ parts.count &- 1
        try parseValue(slot(in: table), depth: depth)
    }

    /// Where the value of the last key goes; that of a refused key goes to a detached table.
    mutating func slot(in table: Int) -> TreeBuilder.Slot {
        do throws(TreeBuilder.Conflict) {
            return try builder.slot(of: parts, from: table, bytes: scanner.bytes)
        } catch {
            if canReport { problems.append(problem(error, in: parts, isHeader: false, isElement: false)) }
            return TreeBuilder.Slot(parent: builder.addDetachedTable(), key: parts.last)
        }
    }

    /// Reads the key of a pair in an inline table and its `=`.
    mutating func parseInlineKey(in frame: Frame) throws(Problem) -> (slot: TreeBuilder.Slot, depth: Int) {
        let start = scanner.offset
        try scanner.scanKey(into: &parts, limit: options.maximumDepth &- frame.depth &+ 1)
        try scanner.takeEquals(from: start)
        return (slot(in: frame.node), frame.depth &+ parts.count &- 1)
    }
}
