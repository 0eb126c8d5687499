extension Duration {
    /// The duration as it is written in pipeline files: `10s`, `250ms`.
    package var text: String {
        let (seconds, attoseconds) = components
        guard attoseconds == 0 else {
            return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
        }
        for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)]
        where seconds != 0 && seconds % Int64(length) == 0 {
            return "\(seconds / Int64(length))\(unit)"
        }
        return "\(seconds)s"
    }

    /// Parses a duration such as `1h30m`, `250ms`, `5 s`; nil if the text is not one.
    package init?(literal text: String) {
        let units: [(String, Int64)] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        var milliseconds: Int64 = 0
        var rest = Substring(text.filter { $0 != " " })
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let word = rest.dropFirst(digits.count).prefix { $0.isASCII && $0.isLetter }
            guard let number = Int64(digits), let unit = units.first(where: { $0.0 == word }) else { return nil }
            let (part, tooLong) = number.multipliedReportingOverflow(by: unit.1)
            let (sum, tooLongInAll) = milliseconds.addingReportingOverflow(part)
            guard !tooLong, !tooLongInAll else { return nil }
            milliseconds = sum
            rest = rest.dropFirst(digits.count + word.count)
        }
        self = .milliseconds(milliseconds)
    }
}
