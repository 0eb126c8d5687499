internal import Records

/// An expression as its grammar sees it, before its columns and types are known.
struct SyntaxTree: Sendable {
    /// The bytes of the text that it takes.
    let range: Range<Int>
    let node: Node
    /// How many levels it has.
    let depth: Int

    init(_ node: Node, range: Range<Int>, depth: Int = 1) {
        self.node = node
        self.range = range
        self.depth = depth
    }

    indirect enum Node: Sendable {
        case literal(Literal)
        case column(String)
        case negated(SyntaxTree)
        case not(SyntaxTree)
        case arithmetic(Arithmetic, SyntaxTree, SyntaxTree, at: Range<Int>)
        case comparison(Comparison, SyntaxTree, SyntaxTree, at: Range<Int>)
        case test(TextTest, SyntaxTree, SyntaxTree, at: Range<Int>)
        case member(SyntaxTree, of: [SyntaxTree], at: Range<Int>)
        case within(SyntaxTree, SyntaxTree, SyntaxTree, at: Range<Int>)
        case isNull(SyntaxTree)
        case all([SyntaxTree])
        case any([SyntaxTree])
        case fallback([SyntaxTree])
        case choice(SyntaxTree, then: SyntaxTree, otherwise: SyntaxTree)
        case call(String, arguments: [SyntaxTree], name: Range<Int>)
    }

    enum Literal: Sendable, Equatable {
        case null
        case boolean(Bool)
        case integer(Int64)
        case real(Double, ExactDecimal?)
        /// A text; the bytes between its quotes.
        case text(Range<Int>)
        case duration(Int64)
        case date(Int32)
        case instant(Int64)
    }

    enum Arithmetic: String, Sendable, CaseIterable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
        case modulo = "%"
    }

    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        /// The comparison with its sides exchanged.
        var mirrored: Comparison {
            switch self {
            case .equal, .notEqual: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            }
        }

        /// Whether it needs an order, and not only equality.
        var isOrder: Bool { self != .equal && self != .notEqual }
    }

    enum TextTest: String, Sendable, CaseIterable {
        case contains
        case startsWith = "starts with"
        case endsWith = "ends with"
        case matches
    }
}
