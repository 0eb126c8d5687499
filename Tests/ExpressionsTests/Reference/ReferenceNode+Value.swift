extension ReferenceNode {
    typealias Row = [String: ReferenceValue]

    /// The value for a row.
    func value(_ row: Row) throws(ReferenceFailure) -> ReferenceValue {
        switch self {
        case .literal(let value): return value
        case .column(let name): return row[name] ?? .null
        case .widened(let part, let type): return try part.value(row).widened(to: type)
        case .negated(let part): return try Self.negated(try part.value(row))
        case .not(let part): return .boolean(!(try part.holds(row)))
        case .arithmetic(let sign, let left, let right):
            let (one, other) = (try left.value(row), try right.value(row))
            return try one.combined(sign, with: other)
        case .comparison(let sign, let left, let right):
            let (one, other) = (try left.value(row), try right.value(row))
            return .boolean(one.compares(sign, with: other))
        case .test(let word, let left, let right):
            guard case .text(let one) = try left.value(row), case .text(let other) = try right.value(row) else {
                return .boolean(false)
            }
            return .boolean(Self.test(word, Array(one.utf8), Array(other.utf8)))
        case .member(let part, let values):
            let one = try part.value(row)
            return .boolean(values.contains { one.compares("==", with: $0) })
        case .within(let part, let lower, let upper):
            let one = try part.value(row)
            guard one.compares(">=", with: try lower.value(row)) else { return .boolean(false) }
            return .boolean(one.compares("<=", with: try upper.value(row)))
        case .isNull(let part): return .boolean(try part.value(row) == .null)
        case .all(let parts):
            for part in parts where !(try part.holds(row)) { return .boolean(false) }
            return .boolean(true)
        case .any(let parts):
            for part in parts where try part.holds(row) { return .boolean(true) }
            return .boolean(false)
        case .fallback(let parts), .call("coalesce", let parts):
            for part in parts {
                let value = try part.value(row)
                if value != .null { return value }
            }
            return .null
        case .choice(let test, let yes, let no):
            return try (try test.holds(row) ? yes : no).value(row)
        case .call(let name, let parts): return try Self.call(name, parts, row)
        }
    }

    /// A condition: null is false.
    private func holds(_ row: Row) throws(ReferenceFailure) -> Bool { try value(row) == .boolean(true) }

    private static func negated(_ value: ReferenceValue) throws(ReferenceFailure) -> ReferenceValue {
        switch value {
        case .integer(.min), .duration(.min): throw .overflow
        case .integer(let number): return .integer(-number)
        case .duration(let number): return .duration(-number)
        case .real(let number): return .real(-number)
        case .decimal(let number, let scale): return .decimal(-number, scale: scale)
        default: return .null
        }
    }

    private static func test(_ word: String, _ text: [UInt8], _ part: [UInt8]) -> Bool {
        switch word {
        case "starts with": return text.starts(with: part)
        case "ends with": return text.reversed().starts(with: part.reversed())
        default: return part.isEmpty || text.indices.contains { text[$0...].starts(with: part) }
        }
    }

    private static func call(
        _ name: String,
        _ parts: [ReferenceNode],
        _ row: Row
    ) throws(ReferenceFailure) -> ReferenceValue {
        switch name {
        case "try":
            do throws(ReferenceFailure) { return try parts[0].value(row) } catch { return .null }
        case "null_if":
            let (one, other) = (try parts[0].value(row), try parts[1].value(row))
            return one.compares("==", with: other) ? .null : one
        default:
            var best = ReferenceValue.null
            for part in parts {
                let value = try part.value(row)
                let isBetter = value.compares(name == "min_of" ? "<" : ">", with: best)
                if best == .null || isBetter { best = value }
            }
            return best
        }
    }
}
