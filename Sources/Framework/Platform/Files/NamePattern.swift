/// A pattern of one name, without `/`.
struct NamePattern: Sendable, Hashable {
    /// What stands for a part of a name.
    private enum Part: Sendable, Hashable {
        case one(Unicode.Scalar)
        case anyOne
        case any
        case oneOf([ClosedRange<Unicode.Scalar>], isInverted: Bool)
    }

    private let parts: [Part]

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.popFirst() {
            switch first {
            case "*": if parts.last != .any { parts.append(.any) }
            case "?": parts.append(.anyOne)
            case "[": parts.append(Self.set(&rest) ?? .one("["))
            default: parts.append(.one(first))
            }
        }
        self.parts = parts
    }

    /// Reads `a-z]` after a `[`; nil if it is not closed, and then the `[` stands for itself.
    private static func set(_ rest: inout ArraySlice<Unicode.Scalar>) -> Part? {
        var inner = rest
        let isInverted = inner.first == "!" || inner.first == "^"
        if isInverted { inner.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = inner.popFirst() {
            // A `]` that comes first is one of the characters.
            if first == "]", !ranges.isEmpty {
                rest = inner
                return .oneOf(ranges, isInverted: isInverted)
            }
            if inner.first == "-", let last = inner.dropFirst().first, last != "]", first <= last {
                inner.removeFirst(2)
                ranges.append(first...last)
            } else {
                ranges.append(first...first)
            }
        }
        return nil
    }

    /// Whether the whole of a name has the pattern.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        if name.first == ".", parts.first != .one(".") { return false }
        // Where to continue if what follows the last `*` does not fit: with one more character for it.
        var (part, place) = (0, 0)
        var retry: (part: Int, place: Int)?
        while place < name.count || part < parts.count {
            if part < parts.count, case .any = parts[part] {
                retry = (part, place)
                part += 1
            } else if part < parts.count, place < name.count, Self.matches(name[place], parts[part]) {
                (part, place) = (part + 1, place + 1)
            } else if let last = retry, last.place < name.count {
                (part, place) = (last.part + 1, last.place + 1)
                retry = (last.part, place)
            } else {
                return false
            }
        }
        return true
    }

    private static func matches(_ scalar: Unicode.Scalar, _ part: Part) -> Bool {
        switch part {
        case .one(let own): own == scalar
        case .anyOne: true
        case .any: false
        case .oneOf(let ranges, let isInverted): ranges.contains { $0.contains(scalar) } != isInverted
        }
    }
}
