public import Diagnostics

/// A value of a document: a view that costs nothing to make and never traps.
///
///     let step = document.root["source"][0]
///     step["page_size"].integer       // nil when it is missing or of another kind
///     step["page_size"].range         // where it stands
///
/// What does not exist is a value too, of kind `missing`, that remembers its path.
public struct TOMLValue: Sendable {
    /// What a value is.
    public enum Kind: String, Sendable {
        /// A text.
        case string
        /// A whole number of 64 bits.
        case integer
        /// A floating-point number of 64 bits.
        case float
        /// True or false.
        case boolean
        /// A date and time with an offset from UTC.
        case offsetDateTime
        /// A date and time without an offset.
        case localDateTime
        /// A date.
        case localDate
        /// A time of day.
        case localTime
        /// A list of values; arrays of tables are arrays too.
        case array
        /// Keys with their values.
        case table
        /// Nothing: there is no such key or element.
        case missing
    }

    /// A step of a path below the last value that exists.
    enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    let tree: Tree
    /// The node; of a missing value the last one on its path that exists.
    let node: Int
    /// The steps from that node to a missing value, none for a value that exists.
    private let missing: [Step]

    init(_ tree: Tree, _ node: Int) {
        self.tree = tree
        self.node = node
        missing = []
    }

    private init(_ value: TOMLValue, missing step: Step) {
        tree = value.tree
        node = value.node
        missing = value.missing + [step]
    }

    /// What it is.
    public var kind: Kind {
        guard exists else { return .missing }
        return switch tree.nodes[node].kind {
        case .string: .string
        case .integer: .integer
        case .float: .float
        case .boolean: .boolean
        case .offsetDateTime: .offsetDateTime
        case .localDateTime: .localDateTime
        case .localDate: .localDate
        case .localTime: .localTime
        case .array: .array
        case .table: .table
        }
    }

    /// Whether there is such a value.
    public var exists: Bool { missing.isEmpty }

    /// The value under a key of a table; missing if there is none, or if this is no table.
    ///
    /// Keys are compared byte by byte. It looks through the keys one by one: for many, use `entries`.
    public subscript(_ key: String) -> TOMLValue {
        guard exists, let child = tree.child(of: node, under: key) else { return TOMLValue(self, missing: .key(key)) }
        return TOMLValue(tree, child)
    }

    /// An element of an array, counted from 0; missing if there is none, or if this is no array.
    ///
    /// It counts through the elements: for many, use `elements`.
    public subscript(_ index: Int) -> TOMLValue {
        guard kind == .array, index >= 0 else { return TOMLValue(self, missing: .index(index)) }
        var child = tree.nodes[node].firstChild
        var rest = index
        while child != 0, rest > 0 {
            child = Int(tree.nodes[child].next)
            rest -= 1
        }
        return child == 0 ? TOMLValue(self, missing: .index(index)) : TOMLValue(tree, child)
    }

    /// The keys of a table with their values, in the order of the document; none if this is no table.
    public var entries: [TOMLEntry] {
        guard kind == .table else { return [] }
        return children.map { TOMLEntry(value: $0) }
    }

    /// The elements of an array, in order; none if this is no array.
    public var elements: [TOMLValue] {
        guard kind == .array else { return [] }
        return children
    }

    private var children: [TOMLValue] {
        var children: [TOMLValue] = []
        var child = tree.nodes[node].firstChild
        while child != 0 {
            children.append(TOMLValue(tree, child))
            child = Int(tree.nodes[child].next)
        }
        return children
    }
}

// MARK: - What it says

extension TOMLValue {
    /// A string's text; nil when of another kind.
    public var string: String? { kind == .string ? tree.string(node) : nil }

    /// An integer; nil when of another kind.
    public var integer: Int64? { kind == .integer ? Int64(bitPattern: tree.nodes[node].bits) : nil }

    /// A float; nil when of another kind, integers too.
    public var double: Double? { kind == .float ? Double(bitPattern: tree.nodes[node].bits) : nil }

    /// True or false; nil when of another kind.
    public var boolean: Bool? { kind == .boolean ? tree.nodes[node].bits == 1 : nil }

    /// A date and time with an offset; nil when of another kind.
    public var offsetDateTime: OffsetDateTime? {
        guard case .offsetDateTime(let value) = dateTime else { return nil }
        return value
    }

    /// A date and time without an offset; nil when of another kind.
    public var localDateTime: LocalDateTime? {
        guard case .localDateTime(let value) = dateTime else { return nil }
        return value
    }

    /// A date; nil when of another kind.
    public var localDate: LocalDate? {
        guard case .localDate(let value) = dateTime else { return nil }
        return value
    }

    /// A time of day; nil when of another kind.
    public var localTime: LocalTime? {
        guard case .localTime(let value) = dateTime else { return nil }
        return value
    }

    /// The date or time, read again from the text, where it has been found right.
    private var dateTime: DateTimeToken? {
        switch kind {
        case .offsetDateTime, .localDateTime, .localDate, .localTime:
            let bytes = tree.source.bytes
            var scanner = Scanner(bytes.span, version: tree.options.version)
            scanner.offset = Int(tree.nodes[node].start)
            return try? scanner.scanDateTime()
        default:
            return nil
        }
    }
}

// MARK: - Where it is

extension TOMLValue {
    /// Where the value stands: of a table with a header the header, of a table made by a dotted key that part of the
    /// key, of a missing value the innermost container that exists.
    public var range: SourceRange { tree.source[tree.nodes[node].offsets] }

    /// Where the key stands that the value is under, quotes included; nil for elements, the root and missing values.
    public var keyRange: SourceRange? {
        guard exists, let key = tree.nodes[node].key else { return nil }
        return tree.source[key.offsets]
    }

    /// How to get there from the root: `source[0].page_size`, `"two words".x`; empty for the root.
    public var path: String {
        var steps: [Step] = missing.reversed()
        var node = node
        while node != 0 {
            let parent = Int(tree.nodes[node].parent)
            if let key = tree.key(node) {
                steps.append(.key(key))
            } else {
                var index = 0
                var sibling = tree.nodes[parent].firstChild
                while sibling != 0, sibling != node {
                    index += 1
                    sibling = Int(tree.nodes[sibling].next)
                }
                steps.append(.index(index))
            }
            node = parent
        }
        var path = ""
        for step in steps.reversed() {
            switch step {
            case .key(let key): path += (path.isEmpty ? "" : ".") + KeyText.quotedIfNeeded(key)
            case .index(let index): path += "[\(index)]"
            }
        }
        return path
    }
}
