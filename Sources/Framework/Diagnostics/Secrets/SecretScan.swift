/// Finds secrets in a text that may be TOML or JSON and may be invalid.
///
/// It does not parse, because the texts that are shown most often are those that could not be parsed. It searches for
///
///     client_secret = "…"     "access_token": "…"     token: …      values after a name
///     redis://user:…@host                                           users and passwords of addresses
///     ?api_key=…&page=2      Bearer …                               parameters and header fields in any text
///
/// also in comments, in inline tables and over several lines. If the end of a value cannot be determined, everything to
/// the end of its line counts as the value. References such as `${env:NAME}` are not secrets; variables in a secret
/// are.
struct SecretScan {
    let bytes: [UInt8]
    private let names: Set<String>
    private let isDamaged: Bool

    /// An assignment of a value to a name.
    private struct Assignment {
        /// The parts of the name: `vars.token.default`.
        let path: [String]
        /// Where the value begins: after the sign and whitespace.
        let value: Int
        /// Whether it is inside a string, such as a parameter in an address.
        let isWithinText: Bool
        /// Whether one of the parts of the name is like that of a secret.
        let soundsSecret: Bool

        init(path: [String], value: Int, isWithinText: Bool) {
            self.path = path
            self.value = value
            self.isWithinText = isWithinText
            soundsSecret = path.contains { SecretName.matches($0) }
        }
    }

    /// How many levels of variables are followed from a secret: a limit for files that are made to be slow.
    private static let deepest = 16

    /// How many bytes around a sign are searched for its name and its value: a limit, as above.
    private static let farthest = 256
    /// The maximum length of a reference `${…}` in bytes: a limit, as above.
    private static let longestReference = 4096

    /// Creates a scan of a text.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - names: Names whose values are secrets, in addition to those recognised.
    ///   - isDamaged: Whether the text could not be parsed, so that the end of a value is unknown.
    init(_ bytes: [UInt8], names: Set<String> = [], isDamaged: Bool = false) {
        self.bytes = bytes
        self.names = names
        self.isDamaged = isDamaged
    }

    /// The secrets of a text.
    struct Findings {
        /// The ranges, in order; no two touch.
        let ranges: [Range<Int>]
        /// The names whose values are secrets: those given, and variables of which secrets are composed.
        let names: Set<String>
    }

    /// Finds the secrets of the text.
    func findings() -> Findings {
        let (ranges, names) = found()
        let rests = isDamaged ? restsOfLines(names: names) : []
        return Findings(ranges: Self.merged(ranges + addresses() + bearers() + rests), names: names)
    }

    private func found() -> (ranges: [Range<Int>], names: Set<String>) {
        let assignments = assignments()
        var names = names
        var found: [Range<Int>] = []
        for _ in 0..<Self.deepest {
            var ranges: [Range<Int>] = []
            var variables: Set<String> = []
            var end = 0
            for assignment in assignments where assignment.value >= end {
                guard assignment.soundsSecret || assignment.path.contains(where: names.contains) else { continue }
                let value = value(assignment)
                end = value.upperBound
                for piece in pieces(of: value, variables: &variables) { ranges.append(piece) }
            }
            // A variable in a variable of a secret is also one.
            found = ranges
            guard !variables.isSubset(of: names) else { break }
            names.formUnion(variables)
        }
        return (found, names)
    }

    // MARK: Names

    private func assignments() -> [Assignment] {
        var assignments: [Assignment] = []
        var header: [String] = []
        // Whether only whitespace and brackets are between the start of the line and this place.
        var isAtStart = true
        for index in bytes.indices {
            let byte = bytes[index]
            let begins = isAtStart
            isAtStart = byte == lineFeed || begins && (isBlank(index) || byte == UInt8(ascii: "["))
            switch byte {
            case UInt8(ascii: "["):
                if begins, index + 1 == bytes.count || bytes[index + 1] != byte { header = headerPath(index) }
            case UInt8(ascii: "="), UInt8(ascii: ":"):
                // In a sequence of signs, the first one follows the name.
                if index > 0, bytes[index - 1] == UInt8(ascii: "=") { continue }
                guard let (path, start) = path(before: index) else { continue }
                var value = index + 1
                while value < bytes.count, value - index < Self.farthest,
                    isBlank(value) || bytes[value] == UInt8(ascii: "=")
                {
                    value += 1
                }
                // `[vars.token]` with `default = …` below it.
                let whole = path == ["default"] ? header + path : path
                assignments.append(.init(path: whole, value: value, isWithinText: isWithinText(start)))
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                // A name, a space and a text: the sign between them is missing.
                guard index > 0, isBlank(index - 1), let (path, start) = path(before: index), isAtStartOfLine(start)
                else { continue }
                assignments.append(.init(path: path, value: index, isWithinText: false))
            default: continue
            }
        }
        return assignments
    }

    /// The name that ends before a sign, in its parts, and where it begins; nil if there is none.
    private func path(before sign: Int) -> (path: [String], start: Int)? {
        var path: [String] = []
        var end = sign
        while path.count < 8 {
            while end > 0, sign - end < Self.farthest,
                isBlank(end - 1) || bytes[end - 1] == UInt8(ascii: "=") || bytes[end - 1] == UInt8(ascii: ":")
            {
                end -= 1
            }
            guard end > 0, let start = nameStart(before: end) else { break }
            let isQuoted = bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'")
            let name = isQuoted ? bytes[start + 1..<end - 1] : bytes[start..<end]
            path.insert(String(decoding: name, as: UTF8.self), at: 0)
            var before = start
            while before > 0, start - before < Self.farthest, isBlank(before - 1) { before -= 1 }
            guard before > 0, bytes[before - 1] == UInt8(ascii: ".") else { return (path, start) }
            end = before - 1
        }
        return path.isEmpty ? nil : (path, end)
    }

    /// The start of the name that ends at `end`; a name has at most 128 bytes.
    private func nameStart(before end: Int) -> Int? {
        let quote = bytes[end - 1]
        var start = end - 1
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            while start > 0, end - start < 130, bytes[start - 1] != lineFeed {
                start -= 1
                if bytes[start] == quote { return end - start > 2 ? start : nil }
            }
            return nil
        }
        guard isOfName(bytes[start]) else { return nil }
        while start > 0, end - start < 128, isOfName(bytes[start - 1]) { start -= 1 }
        return start
    }

    private func headerPath(_ bracket: Int) -> [String] {
        var end = bracket
        while end < bytes.count, bytes[end] != lineFeed, bytes[end] != UInt8(ascii: "]"), end - bracket < 256 {
            end += 1
        }
        return bytes[bracket..<end].split { ".[\"' \t".utf8.contains($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    private func isAtStartOfLine(_ index: Int) -> Bool {
        var before = index
        while before > 0, index - before < Self.farthest,
            isBlank(before - 1) || bytes[before - 1] == UInt8(ascii: "[")
        {
            before -= 1
        }
        return before == 0 || bytes[before - 1] == lineFeed
    }

    /// Whether a name is inside a string and not in the place of a key.
    private func isWithinText(_ start: Int) -> Bool {
        var before = start
        while before > 0, start - before < Self.farthest, isBlank(before - 1) { before -= 1 }
        guard before > 0 else { return false }
        return !"\n{,[#\u{FEFF}".utf8.contains(bytes[before - 1])
    }

    // MARK: Values

    private func value(_ assignment: Assignment) -> Range<Int> {
        let start = assignment.value
        guard start < bytes.count else { return start..<start }
        switch bytes[start] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            let (inside, end) = string(at: start)
            // For a parser, a quote within the secret ends it; the author did not mean that.
            let rest = end.map { afterBlanks($0) } ?? inside.upperBound
            let isWhole = rest >= bytes.count || "\r\n,}]#&;'\"".utf8.contains(bytes[rest])
            return isWhole || assignment.isWithinText ? inside : inside.lowerBound..<endOfLine(inside.upperBound)
        case UInt8(ascii: "["), UInt8(ascii: "{"):
            return start + 1..<closing(start)
        default:
            return assignment.isWithinText ? word(at: start, stop: "\"'&; \t\r\n") : bare(at: start)
        }
    }

    /// The contents of a quoted string, and where the string ends; nil if it is not closed, and then its line counts.
    private func string(at start: Int) -> (inside: Range<Int>, end: Int?) {
        let quote = bytes[start]
        let isLong = start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
        let first = isLong ? start + 3 : start + 1
        var index = first
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                index += 2
                continue
            }
            if bytes[index] == lineFeed, !isLong { break }
            if bytes[index] == quote {
                guard isLong else { return (first..<index, index + 1) }
                var end = index
                while end < bytes.count, bytes[end] == quote { end += 1 }
                if end - index >= 3 { return (first..<index, end) }
                index = end
                continue
            }
            index += 1
        }
        return (first..<endOfLine(first), nil)
    }

    /// The end of an array or inline table; the end of the text if it is not closed.
    private func closing(_ start: Int) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return index }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let (inside, end) = string(at: index)
                index = end ?? inside.upperBound
                continue
            default: break
            }
            index += 1
        }
        return bytes.count
    }

    /// A value without quotes: a word if something clearly ends it, otherwise the whole line.
    private func bare(at start: Int) -> Range<Int> {
        let word = word(at: start, stop: ",]}#\"' \t\r\n")
        let next = afterBlanks(word.upperBound)
        let isClean = next >= bytes.count || "\r\n,}]".utf8.contains(bytes[next])
        let isBeforeComment = next > word.upperBound && next < bytes.count && bytes[next] == UInt8(ascii: "#")
        return !word.isEmpty && (isClean || isBeforeComment) ? word : start..<endOfLine(start)
    }

    private func word(at start: Int, stop: StaticString) -> Range<Int> {
        var end = start
        stop.withUTF8Buffer { stop in
            while end < bytes.count, !stop.contains(bytes[end]) { end += 1 }
        }
        return start..<end
    }

    func endOfLine(_ start: Int) -> Int {
        var end = min(start, bytes.count)
        while end < bytes.count, bytes[end] != lineFeed, bytes[end] != carriageReturn { end += 1 }
        return end
    }

    private func afterBlanks(_ index: Int) -> Int {
        var index = index
        while index < bytes.count, isBlank(index) { index += 1 }
        return index
    }

    /// A value without its references `${…}`; defaults in those (`${env:NAME:-…}`) are parts of it.
    func pieces(of value: Range<Int>, variables: inout Set<String>) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = value.lowerBound
        var index = start
        while index < value.upperBound {
            guard bytes[index] == UInt8(ascii: "$"), index + 1 < value.upperBound,
                bytes[index + 1] == UInt8(ascii: "{"),
                let end = bytes[index..<min(value.upperBound, index + Self.longestReference)]
                    .firstIndex(of: UInt8(ascii: "}"))
            else {
                index += 1
                continue
            }
            pieces.append(start..<index)
            let inside = bytes[index + 2..<end]
            if inside.starts(with: "var:".utf8) {
                variables.insert(String(decoding: inside.dropFirst(4), as: UTF8.self))
            }
            let parts = inside.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            // `:-` and `:?`: the sign stays.
            if parts.count == 3, !parts[2].isEmpty { pieces.append(parts[2].startIndex + 1..<end) }
            start = end + 1
            index = start
        }
        pieces.append(start..<value.upperBound)
        return pieces.filter { piece in bytes[piece].contains { isOfName($0) || $0 >= 0x80 } }
    }

    // MARK: Within texts

    /// Users and passwords of addresses.
    private func addresses() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var index = 0
        while let colon = bytes[index...].firstIndex(of: UInt8(ascii: ":")) {
            index = colon + 1
            guard bytes[index...].starts(with: "//".utf8) else { continue }
            let start = index + 2
            let rest = word(at: start, stop: "\"'<> \t\r\n")
            index = rest.upperBound
            guard let at = bytes[rest].lastIndex(of: UInt8(ascii: "@")) else { continue }
            let slash = bytes[rest].firstIndex(of: UInt8(ascii: "/")) ?? at
            guard at <= slash || bytes[start..<at].contains(UInt8(ascii: ":")) else { continue }
            var variables: Set<String> = []
            ranges += pieces(of: start..<at, variables: &variables)
        }
        return ranges
    }

    /// `Bearer …` and `Basic …`.
    private func bearers() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for index in bytes.indices where bytes[index] | 0x20 == UInt8(ascii: "b") {
            for scheme in ["bearer ", "basic "] {
                let end = index + scheme.utf8.count
                guard end <= bytes.count, zip(bytes[index..<end], scheme.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
                else { continue }
                let word = word(at: end, stop: "\"',; \t\r\n")
                var variables: Set<String> = []
                if word.count >= 6 { ranges += pieces(of: word, variables: &variables) }
            }
        }
        return ranges
    }

    // MARK: Bytes

    private func isBlank(_ index: Int) -> Bool { bytes[index] == 0x20 || bytes[index] == 0x09 }

    func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }
}

private let lineFeed: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
