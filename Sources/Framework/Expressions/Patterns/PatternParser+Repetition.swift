internal import Diagnostics

extension PatternParser {
    private static let mostRepetitions = 65_535

    /// Applies the quantifier that follows, if there is one.
    mutating func repeats(_ part: inout Part, from start: Int) throws(PatternFault) -> Bool {
        skipComments()
        let quantifier: String
        let mark = index
        switch next {
        case "*", "+", "?":
            quantifier = text(index..<index + 1)
            index += 1
        case "{": quantifier = try counts()
        default: return false
        }
        guard next != "+" else {
            throw fault(
                "regex.repetition",
                message: "repetitions that give nothing back are not offered",
                at: mark..<index + 1,
                hint: "write \(text(mark..<index))"
            )
        }
        let isLazy = take("?") != flags.contains(.swapsGreed)
        part = repeated(part, by: quantifier + (isLazy ? "?" : ""))
        return true
    }

    /// `{n}`, `{n,}` or `{n,m}`.
    private mutating func counts() throws(PatternFault) -> String {
        let start = index
        index += 1
        guard let least = try number(from: start) else {
            throw fault(
                "regex.repetition",
                message: "'{' is not followed by how many times to repeat",
                at: start..<start + 1,
                hint: next == "," ? "write {0, as in a{0,5}" : #"write a{2} or a{2,5}, or \{ for the sign"#
            )
        }
        guard take(",") else {
            try close(from: start)
            return "{\(least)}"
        }
        let most = try number(from: start)
        try close(from: start)
        guard let most else { return "{\(least),}" }
        guard least <= most else {
            throw fault(
                "regex.repetition",
                message: "\(least.counted("time")) is more than \(most.counted("time"))",
                at: start..<index,
                hint: "write {\(most),\(least)}"
            )
        }
        return "{\(least),\(most)}"
    }

    private mutating func number(from start: Int) throws(PatternFault) -> Int? {
        let first = index
        var number = 0
        while let digit = next, "0"..."9" ~= digit {
            number = min(number * 10 + Int(digit.value - 48), Self.mostRepetitions + 1)
            index += 1
        }
        guard number <= Self.mostRepetitions else {
            throw fault(
                "regex.repetition",
                message: "at most \(Self.mostRepetitions) repetitions are allowed",
                at: first..<index
            )
        }
        return index > first ? number : nil
    }

    private mutating func close(from start: Int) throws(PatternFault) {
        guard take("}") else {
            throw fault(
                "regex.repetition",
                message: "this '{' has no '}'",
                at: start..<start + 1,
                hint: #"write a{2} or a{2,5}, or \{ for the sign"#
            )
        }
    }
}
