import PluginTestKit

/// Makes random expressions that are well typed, and random rows for them.
struct RandomExpressions {
    var numbers: SeededNumbers

    /// The columns: two of each type that a column can hold.
    static let columns: [(name: String, type: ReferenceType)] = ReferenceType.allCases.filter { $0 != .duration }
        .flatMap { [("\($0)_1", $0), ("\($0)_2", $0)] }

    mutating func chance(_ percent: Int) -> Bool { numbers.next(below: 100) < percent }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[numbers.next(below: choices.count)] }

    // MARK: Values

    mutating func value(_ type: ReferenceType) -> ReferenceValue {
        switch type {
        case .integer:
            return .integer(
                chance(15)
                    ? pick([.min, .max, .max - 1, 0x20_0000_0000_0001, -0x20_0000_0000_0001, 4_000_000_000])
                    : Int64(numbers.next(in: -9...9))
            )
        case .real:
            return .real(
                chance(15)
                    ? pick([1e308, -1e308, 0x1p53, 0x1p53 + 2, 0x1p63, Double.leastNonzeroMagnitude, 0.1])
                    : Double(numbers.next(in: -36...36)) / 4
            )
        case .text:
            return .text(
                pick(["", "a", "A", "b", "ab", "ba", "abc", "straße", "日本", "x\"y\\z", "longer than eight", "a\n"])
            )
        case .boolean: return .boolean(chance(50))
        case .instant:
            if chance(8) { return .instant(pick([-62_135_596_800_000_000, 253_402_300_799_999_999])) }
            return .instant(Int64(numbers.next(in: -2_000...2_000)) * 1_000_000 * pick([1, 3600, 86_400, 1_000_000]))
        case .date: return .date(chance(10) ? pick([-719_162, 2_932_896]) : Int64(numbers.next(in: -1000...30_000)))
        // Short enough for a few operations with 128 bits.
        case .decimal:
            let most = chance(20) ? 999_999_999_999_999 : 9999
            return .decimal(Int128(numbers.next(in: -most...most)), scale: numbers.next(in: 0...3))
        case .duration:
            return .duration(
                Int64(numbers.next(in: -50...50)) * pick([1000, 3_600_000_000, 86_400_000_000, 86_400_000_000])
            )
        }
    }

    mutating func row() -> [String: ReferenceValue] {
        var row: [String: ReferenceValue] = [:]
        for (name, type) in Self.columns { row[name] = chance(12) ? .null : value(type) }
        return row
    }

    // MARK: Expressions

    mutating func node(_ type: ReferenceType, depth: Int) -> ReferenceNode {
        if depth <= 0 || chance(12) { return leaf(type) }
        if chance(22) { return shared(type, depth: depth - 1) }
        switch type {
        case .boolean: return condition(depth: depth - 1)
        case .integer: return arithmetic(["+", "-", "*", "%"], .integer, depth: depth - 1)
        case .real: return real(depth: depth - 1)
        case .decimal:
            // Deeper ones need more digits than the reference has.
            return depth > 2 ? leaf(type) : arithmetic(["+", "-", "*", "/", "%"], .decimal, depth: min(depth - 1, 0))
        case .text: return .arithmetic("+", node(.text, depth: depth - 1), node(.text, depth: depth - 1))
        case .instant:
            return .arithmetic(pick(["+", "-"]), node(.instant, depth: depth - 1), node(.duration, depth: depth - 1))
        case .date:
            return .arithmetic(pick(["+", "-"]), node(.date, depth: depth - 1), node(.duration, depth: depth - 1))
        case .duration: return duration(depth: depth - 1)
        }
    }

    private mutating func leaf(_ type: ReferenceType) -> ReferenceNode {
        // A number with a point is a real number, and decimal only beside one.
        if type == .decimal || type != .duration && chance(70) {
            return .column(pick(Self.columns.filter { $0.type == type }).name)
        }
        return .literal(value(type))
    }

    /// What every type has: a choice, a fallback, `try`, the least and the greatest.
    private mutating func shared(_ type: ReferenceType, depth: Int) -> ReferenceNode {
        // One part is surely of the type, so that the others may be null or widened.
        let sure = node(type, depth: depth)
        var other = maybe(type, depth: depth)
        switch numbers.next(below: 6) {
        case 0: return .choice(node(.boolean, depth: depth), sure, other)
        case 1: return .choice(node(.boolean, depth: depth), other, sure)
        case 2: return .fallback([sure, other])
        case 3: return .call("coalesce", [other, sure, node(type, depth: depth - 1)])
        case 4: return .call("try", [sure])
        default:
            guard type != .boolean else { return .call("null_if", [sure, node(type, depth: depth)]) }
            if chance(15) { return .call("null_if", [sure, node(beside(type), depth: depth)]) }
            if case .widened(let part, _) = other, chance(50) { other = .widened(part, to: type) }
            return .call(pick(["min_of", "max_of"]), [sure, other, node(type, depth: depth - 1)])
        }
    }

    private mutating func maybe(_ type: ReferenceType, depth: Int) -> ReferenceNode {
        if chance(15) { return .literal(.null) }
        if type == .real || type == .decimal, chance(25) { return .widened(node(.integer, depth: depth), to: type) }
        return node(type, depth: depth)
    }

    private mutating func arithmetic(_ signs: [String], _ type: ReferenceType, depth: Int) -> ReferenceNode {
        if chance(10) { return .negated(node(type, depth: depth)) }
        let (sure, other) = (node(type, depth: depth), type == .decimal ? beside() : maybe(type, depth: depth))
        return chance(50) ? .arithmetic(pick(signs), sure, other) : .arithmetic(pick(signs), other, sure)
    }

    /// The type, or one whose values can be equal to those of it.
    private mutating func beside(_ type: ReferenceType) -> ReferenceType {
        guard chance(30) else { return type }
        return type == .integer ? .real : type == .real ? .integer : type
    }

    private mutating func beside() -> ReferenceNode { chance(50) ? .literal(value(.decimal)) : leaf(.decimal) }

    private mutating func real(depth: Int) -> ReferenceNode {
        if chance(15) { return .arithmetic("/", node(.integer, depth: depth), node(.integer, depth: depth)) }
        if chance(5) { return .arithmetic("/", node(.duration, depth: depth), node(.duration, depth: depth)) }
        return arithmetic(["+", "-", "*", "/", "%"], .real, depth: depth)
    }

    private mutating func duration(depth: Int) -> ReferenceNode {
        switch numbers.next(below: 7) {
        case 6: .arithmetic("/", node(.duration, depth: depth), node(.integer, depth: depth))
        case 0: .negated(node(.duration, depth: depth))
        case 1: .arithmetic("*", node(.integer, depth: depth), node(.duration, depth: depth))
        case 2: .arithmetic("-", node(.instant, depth: depth), node(.instant, depth: depth))
        case 3: .arithmetic("-", node(.date, depth: depth), node(.date, depth: depth))
        default: .arithmetic(pick(["+", "-"]), node(.duration, depth: depth), node(.duration, depth: depth))
        }
    }

    private mutating func condition(depth: Int) -> ReferenceNode {
        switch numbers.next(below: 10) {
        case 0: return .not(node(.boolean, depth: depth))
        case 1: return .all((0..<numbers.next(in: 2...3)).map { _ in node(.boolean, depth: depth) })
        case 2: return .any((0..<numbers.next(in: 2...3)).map { _ in node(.boolean, depth: depth) })
        case 3: return .isNull(node(pick(ReferenceType.allCases), depth: depth))
        case 4:
            return .test(
                pick(["contains", "starts with", "ends with"]),
                node(.text, depth: depth),
                node(.text, depth: depth)
            )
        case 5:
            let type = pick(ReferenceType.allCases)
            let members = (0..<numbers.next(in: 1...7)).map { _ in
                chance(10) ? ReferenceValue.null : value(beside(type))
            }
            return .member(node(type, depth: depth), members)
        case 6:
            let type = pick(ReferenceType.allCases.filter { $0 != .boolean })
            return .within(node(type, depth: depth), node(type, depth: depth), node(type, depth: depth))
        case 7:
            return .comparison(
                pick(["==", "!=", "<", "<=", ">", ">="]),
                node(.integer, depth: depth),
                node(.real, depth: depth)
            )
        default:
            let type = pick(ReferenceType.allCases)
            let signs = type == .boolean ? ["==", "!="] : ["==", "!=", "<", "<=", ">", ">="]
            let (one, other) = (node(type, depth: depth), chance(5) ? .literal(.null) : node(type, depth: depth))
            return .comparison(pick(signs), one, other)
        }
    }
}
