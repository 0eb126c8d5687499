import Diagnostics
import Expressions
import TOML

/// A case of the test data.
struct SuiteCase {
    let test: TOMLValue
    let file: String

    /// The properties of UAX 29, which neither PCRE2 nor Swift has.
    private static let segmentation = [
        #"\p{gcb="#, #"\p{grapheme_cluster_break="#, #"\p{wb="#, #"\p{word_break="#, #"\p{sb="#, #"\p{sentence_break="#,
    ]

    var name: String { test["name"].string ?? "?" }

    private var patterns: [String] {
        if let pattern = test["regex"].string { return [pattern] }
        return test["regex"].elements.compactMap(\.string)
    }

    private var text: [UInt8] {
        let text = Array((test["haystack"].string ?? "").utf8)
        return test["unescape"].boolean == true ? Self.unescaped(text) : text
    }

    private var limit: Int { test["match-limit"].integer.map { Int($0) } ?? .max }

    private var bounds: Range<Int>? {
        let bounds = test["bounds"]
        guard bounds.exists else { return nil }
        let start = bounds["start"].integer ?? bounds[0].integer ?? 0
        let end = bounds["end"].integer ?? bounds[1].integer ?? start
        return Int(start)..<Int(end)
    }

    /// Why the case is about something else; nil if it is to run.
    var reasonToLeaveOut: String? {
        if test["anchored"].boolean == true { return "anchored" }
        if test["utf8"].boolean == false { return "utf8 = false" }
        if test["unicode"].boolean == false { return "unicode = false" }
        if patterns.isEmpty { return "no pattern" }
        if file.hasSuffix("regex-lite.toml") { return "an engine whose classes are ASCII" }
        if patterns.contains(where: { pattern in Self.segmentation.contains { pattern.contains($0) } }) {
            return "properties for breaking text"
        }
        if patterns.contains(where: { $0.contains("(?R") || $0.contains("(?mR") || $0.contains("(?sR") }) {
            return "lines that end with a carriage return"
        }
        if let kind = test["match-kind"].string, kind != "leftmost-first" { return "match-kind = \(kind)" }
        if test["search-kind"].string == "overlapping" { return "search-kind = overlapping" }
        if test["search-kind"].string == "earliest" { return "search-kind = earliest" }
        if test["line-terminator"].exists { return "line-terminator" }
        if let bounds, bounds.upperBound != text.count { return "bounds that end within the text" }
        if let bounds, bounds.lowerBound < text.count, text[bounds.lowerBound] & 0xC0 == 0x80 {
            return "bounds that begin within a character"
        }
        return nil
    }

    /// What differs; nil if nothing does.
    var failure: String? {
        do throws(PatternFault) {
            let parts = try patterns.map { (text) throws(PatternFault) in try Pattern(text) }
            guard test["compiles"].boolean != false else { return "\(patterns) compiles" }
            let prefix = test["case-insensitive"].boolean == true ? "(?i)" : ""
            let isOne = test["regex"].string != nil
            let whole = isOne ? patterns[0] : patterns.map { "(\($0))" }.joined(separator: "|")
            return try difference(Pattern(prefix + whole), groups: isOne ? nil : parts.map(\.groupCount))
        } catch {
            return test["compiles"].boolean == false ? nil : "\(patterns): \(error.code): \(error.message)"
        }
    }

    /// The matches that differ; `groups` are the numbers of groups of several patterns.
    private func difference(_ pattern: Pattern, groups: [Int]?) -> String? {
        var found: [String] = []
        let text = self.text
        let limit = pattern.withMatcher { matcher in
            text.withUnsafeBufferPointer { text in
                matcher.forEachMatch(in: text, from: bounds?.lowerBound ?? 0, atMost: self.limit) { matcher, match in
                    var first = 1
                    var number = 0
                    for groups in groups ?? [] where matcher.range(of: first) == nil {
                        first += groups + 1
                        number += 1
                    }
                    found.append(Self.text(of: match) + (groups == nil ? "" : " of \(number)"))
                    guard expectsGroups else { return }
                    for group in 1..<pattern.groupCount + 1 {
                        found[found.count - 1] += " " + Self.text(of: matcher.range(of: group))
                    }
                }
            }
        }
        if limit != nil { return "the limit is reached" }
        let expected = test["matches"].elements.map(expectedText)
        return found == expected ? nil : "\(patterns) has \(found) instead of \(expected)"
    }

    /// Whether a match is given with its groups.
    private var expectsGroups: Bool { test["matches"][0][0].kind == .array }

    private func expectedText(_ match: TOMLValue) -> String {
        if let id = match["id"].integer { return Self.text(of: Self.range(match["span"])) + " of \(id)" }
        guard match[0].kind == .array else { return Self.text(of: Self.range(match)) }
        return match.elements.map { Self.text(of: Self.range($0)) }.joined(separator: " ")
    }

    private static func range(_ span: TOMLValue) -> Range<Int>? {
        guard let start = span[0].integer, let end = span[1].integer else { return nil }
        return Int(start)..<Int(end)
    }

    private static func text(of range: Range<Int>?) -> String {
        range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
    }

    /// Replaces `\n`, `\r`, `\t`, `\0`, `\\` and `\xFF`.
    private static func unescaped(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                bytes.append(text[index])
                index += 1
                continue
            }
            index += 2
            switch text[index - 1] {
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "0"): bytes.append(0)
            case UInt8(ascii: "x"):
                let digits = String(decoding: text[index..<min(index + 2, text.count)], as: UTF8.self)
                bytes.append(UInt8(digits, radix: 16) ?? 0)
                index += 2
            default: bytes.append(text[index - 1])
            }
        }
        return bytes
    }
}
