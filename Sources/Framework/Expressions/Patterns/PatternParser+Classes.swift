internal import Diagnostics

extension PatternParser {
    /// `[…]`, with ranges, escapes, classes within it, and `&&`, `--`, `~~` between two of them.
    mutating func bracketed() throws(PatternFault) -> ClassText {
        let start = index
        index += 1
        guard depth < Self.deepest else {
            throw fault(
                "regex.class",
                message: "there are more than \(Self.deepest) classes within each other",
                at: start..<index
            )
        }
        depth += 1
        defer { depth -= 1 }
        let isNegated = take("^")
        var members = try operand(from: start, isFirst: true)
        while next != "]" {
            let sign = next
            index += 2
            let other = try operand(from: start, isFirst: false)
            switch sign {
            case "&": members = members.intersection(other)
            case "-": members = members.subtracting(other)
            default:
                var either = members.subtracting(other)
                either.add(other.subtracting(members))
                members = either
            }
        }
        index += 1
        return isNegated ? members.negated : members
    }

    /// Members up to `]` or an operator, neither of which is read.
    private mutating func operand(from start: Int, isFirst: Bool) throws(PatternFault) -> ClassText {
        var members = ClassText()
        var isFirst = isFirst
        while true {
            if flags.contains(.extended) { while let next, next.properties.isWhitespace { index += 1 } }
            guard let next else {
                throw fault(
                    "regex.class",
                    message: "the pattern ends within a class",
                    at: start..<start + 1,
                    hint: "this '[' has no ']'"
                )
            }
            if next == "]", !isFirst { return members }
            if !isFirst, starts(with: "&&") || starts(with: "--") || starts(with: "~~") { return members }
            isFirst = false
            if next == "[" {
                if let named = try named() { members.add(named) } else { members.add(try bracketed()) }
            } else if let named = try classEscape() {
                members.add(named)
            } else {
                members.items += try range()
            }
        }
    }

    /// One code point, or a range of them.
    private mutating func range() throws(PatternFault) -> String {
        let start = index
        let first = try member()
        guard next == "-", let end = peek(1), end != "]", end != "-" else { return Self.literal(first) }
        index += 1
        let last = try member()
        guard first.value <= last.value else {
            throw fault(
                "regex.class",
                message: "the range \(text(start..<index)) ends before it begins",
                at: start..<index,
                hint: #"the smaller one comes first; write \- for the sign"#
            )
        }
        return Self.literal(first) + "-" + Self.literal(last)
    }

    private mutating func member() throws(PatternFault) -> Unicode.Scalar {
        let start = index
        if let character = try character() { return character }
        guard let next else {
            throw fault("regex.class", message: "the pattern ends within a class", at: start - 1..<start)
        }
        guard next == "\\" || next == "[" && index > start else {
            index += 1
            return next
        }
        index = min(index + 2, scalars.count)
        throw fault("regex.escape", message: "'\(text(start..<index))' has no meaning in a class", at: start..<index)
    }

    /// `[:alpha:]`, which is ASCII; nil if there is none.
    private mutating func named() throws(PatternFault) -> ClassText? {
        guard starts(with: "[:") else { return nil }
        let start = index
        var end = index + 2
        while end < scalars.count, "a"..."z" ~= scalars[end] || scalars[end] == "^" { end += 1 }
        guard end + 1 < scalars.count, scalars[end] == ":", scalars[end + 1] == "]" else { return nil }
        var name = text(start + 2..<end)
        let isNegated = name.first == "^"
        if isNegated { name.removeFirst() }
        guard let items = Self.namedClasses[name] else {
            throw fault(
                "regex.class",
                message: "there is no class '\(name)'",
                at: start..<end + 2,
                hint: "the classes are " + Self.namedClasses.keys.sorted().joined(separator: ", ")
            )
        }
        index = end + 2
        return isNegated ? ClassText(items: items).negated : ClassText(items: items)
    }

    private static let namedClasses = [
        "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "ascii": #"\x00-\x7F"#, "blank": #"\t\x20"#,
        "cntrl": #"\x00-\x1F\x7F"#, "digit": "0-9", "graph": "!-~", "lower": "a-z", "print": #"\x20-~"#,
        "punct": #"!-\/:-@\[-`{-~"#, "space": #"\t-\r\x20"#, "upper": "A-Z", "word": "0-9A-Za-z_",
        "xdigit": "0-9A-Fa-f",
    ]
}
