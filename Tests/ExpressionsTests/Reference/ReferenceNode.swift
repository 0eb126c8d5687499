/// An expression of the tests: it is written as text for the language, and evaluated here one row at a time, slowly and
/// by the rules of docs/expressions.md only.
indirect enum ReferenceNode: Sendable {
    case literal(ReferenceValue)
    case column(String)
    /// An integer where the language makes a real or a decimal number of it; it is written without a sign.
    case widened(ReferenceNode, to: ReferenceType)
    case negated(ReferenceNode)
    case not(ReferenceNode)
    case arithmetic(String, ReferenceNode, ReferenceNode)
    case comparison(String, ReferenceNode, ReferenceNode)
    case test(String, ReferenceNode, ReferenceNode)
    case member(ReferenceNode, [ReferenceValue])
    case within(ReferenceNode, ReferenceNode, ReferenceNode)
    case isNull(ReferenceNode)
    case all([ReferenceNode])
    case any([ReferenceNode])
    case fallback([ReferenceNode])
    case choice(ReferenceNode, ReferenceNode, ReferenceNode)
    case call(String, [ReferenceNode])

    /// As the language writes it, with brackets around every part.
    var text: String {
        switch self {
        case .literal(let value): return value.text
        case .column(let name): return name
        case .widened(let part, _): return part.text
        case .negated(let part): return "(- \(part.text))"
        case .not(let part): return "(not \(part.text))"
        case .arithmetic(let sign, let left, let right), .comparison(let sign, let left, let right),
            .test(let sign, let left, let right):
            return "(\(left.text) \(sign) \(right.text))"
        case .member(let part, let values):
            return "(\(part.text) in [\(values.map(\.text).joined(separator: ", "))])"
        case .within(let part, let lower, let upper): return "(\(part.text) in \(lower.text)..\(upper.text))"
        case .isNull(let part): return "(\(part.text) is null)"
        case .all(let parts): return "(" + parts.map(\.text).joined(separator: " and ") + ")"
        case .any(let parts): return "(" + parts.map(\.text).joined(separator: " or ") + ")"
        case .fallback(let parts): return "(" + parts.map(\.text).joined(separator: " ?? ") + ")"
        case .choice(let test, let yes, let no): return "(if \(test.text) then \(yes.text) else \(no.text))"
        case .call(let name, let parts): return "\(name)(\(parts.map(\.text).joined(separator: ", ")))"
        }
    }

    var parts: [ReferenceNode] {
        switch self {
        case .literal, .column: []
        case .widened(let part, _), .negated(let part), .not(let part), .isNull(let part), .member(let part, _):
            [part]
        case .arithmetic(_, let left, let right), .comparison(_, let left, let right), .test(_, let left, let right):
            [left, right]
        case .within(let part, let lower, let upper): [part, lower, upper]
        case .all(let parts), .any(let parts), .fallback(let parts), .call(_, let parts): parts
        case .choice(let test, let yes, let no): [test, yes, no]
        }
    }

    /// Whether it has no column.
    var isConstant: Bool {
        if case .column = self { return false }
        return parts.allSatisfy(\.isConstant)
    }

    /// Whether a part without columns has no value, which is refused when the plan is made.
    var hasFailingConstant: Bool {
        if case .call("try", _) = self { return false }
        if isConstant, (try? value([:])) == nil { return true }
        return parts.contains { $0.hasFailingConstant }
    }
}

/// Why a part has no value.
struct ReferenceFailure: Error, Equatable {
    let code: String
    static let overflow = ReferenceFailure(code: "expression.overflow")
    static let zero = ReferenceFailure(code: "expression.division-by-zero")
    static let cast = ReferenceFailure(code: "expression.cast")
}
