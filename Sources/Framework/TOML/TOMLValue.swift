/// A value of a document: a view that costs nothing to make and never traps.
///
///     let step = document.root["source"][0]
///     step["page_size"].integer       // nil when it is missing or of another kind
///     step["page_size"].range         // its place in the document
///
/// A missing value is also represented, with the kind `missing` and its path.
public struct TOMLValue: Sendable {
    /// What TOML distinguishes, and `missing` for a key or element that does not exist.
    public enum Kind: String, Sendable {
        /// A string in any of the four notations, basic or literal, on one line or several.
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
        /// A date without a time and an offset, such as `2014-09-01`.
        case localDate
        /// A time of day.
        case localTime
        /// A list of values; arrays of tables are arrays too.
        case array
        /// Keys with their values.
        case table
        /// There is no such key or element.
        case missing
    }

    /// A step of a path below the last value that exists.
    enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    let tree: Tree
    /// The node; for a missing value the last existing one on its path.
    let node: Int
    /// The steps from that node to a missing value; empty for a value that exists.
    let missing: [Step]

    init(_ tree: Tree, node: Int) {
        self.tree = tree
        self.node = node
        missing = []
    }

    private init(_ value: TOMLValue, missing step: Step) {
        tree = value.tree
        node = value.node
        missing = value.missing + [step]
    }

    /// The kind of the value; `missing` if the document has no such key or element.
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

    /// Whether the value exists.
    public var exists: Bool { missing.isEmpty }

    /// The value of a key of a table; missing if there is none, or if this is not a table.
    ///
    /// Keys are compared byte by byte. The search is linear: to read many keys, use `entries`.
    public subscript(_ key: String) -> TOMLValue {
        guard exists, let child = tree.child(of: node, under: key) else { return TOMLValue(self, missing: .key(key)) }
        return TOMLValue(tree, node: child)
    }

    /// An element of an array, counted from 0; missing if there is none, or if this is not an array.
    ///
    /// Access is linear: to read many elements, use `elements`.
    public subscript(_ index: Int) -> TOMLValue {
        guard kind == .array, index >= 0 else { return TOMLValue(self, missing: .index(index)) }
        var child = tree.nodes[node].firstChild
        var rest = index
        while child != 0, rest > 0 {
            child = Int(tree.nodes[child].next)
            rest -= 1
        }
        return child == 0 ? TOMLValue(self, missing: .index(index)) : TOMLValue(tree, node: child)
    }

    /// The keys of a table with their values, in the order of the document; empty if this is not a table.
    public var entries: [TOMLEntry] {
        guard kind == .table else { return [] }
        return children.map { TOMLEntry(value: $0) }
    }

    /// The elements of an array, in order; empty if this is not an array.
    public var elements: [TOMLValue] {
        guard kind == .array else { return [] }
        return children
    }

    private var children: [TOMLValue] {
        var children: [TOMLValue] = []
        var child = tree.nodes[node].firstChild
        while child != 0 {
            children.append(TOMLValue(tree, node: child))
            child = Int(tree.nodes[child].next)
        }
        return children
    }
}
