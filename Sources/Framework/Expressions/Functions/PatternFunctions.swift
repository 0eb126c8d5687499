internal import Diagnostics

extension FunctionTable {
    /// Regular expressions.
    static let patternFunctions: [Function] = [
        Function(
            "matches",
            group: .patterns,
            summary: "Whether a pattern is found in a text; the operator `matches` is the same.",
            example: #"matches("tt0111161", "^tt[0-9]+$")"#,
            result: "true",
            [
                Overload(
                    [.text, .pattern],
                    gives: .boolean,
                    make: { (call) throws(Diagnostic) in
                        let pattern = try compile(call)
                        return .boolean { (arguments) throws(Failure) in
                            let text = arguments.text(0)
                            return try pattern.withMatcher { (matcher) throws(Failure) in
                                try find(&matcher, in: text)
                            }
                        }
                    }
                )
            ]
        ),
        Function(
            "extract",
            group: .patterns,
            summary:
                "What the first group of a pattern matches, or the group with a number or name; null without a match.",
            example: #"extract("Alien (1979)", "\((\d{4})\)")"#,
            result: #""1979""#,
            usage: #"extract(title, "(\d{4})") is the first four digits"#,
            [
                Overload([.text, .pattern], gives: .text, canGiveNull: true, make: extraction),
                Overload(
                    [.text, .pattern, Parameter(.integer, phrase: "a group", form: .constant)],
                    gives: .text,
                    canGiveNull: true,
                    make: extraction
                ),
                Overload(
                    [.text, .pattern, Parameter(.text, phrase: "a group", form: .constant)],
                    gives: .text,
                    canGiveNull: true,
                    make: extraction
                ),
            ]
        ),
        Function(
            "replace_matches",
            group: .patterns,
            summary: "The text with each match of a pattern replaced; `$1` or `${name}` is a group, `$$` is `$`.",
            example: #"replace_matches("12.05.2024", "(\d+)\.(\d+)\.(\d+)", "$3-$2-$1")"#,
            result: #""2024-05-12""#,
            usage: #"replace_matches(title, "\s+", " ") has one space for each run of white space"#,
            [
                Overload(
                    [.text, .pattern, Parameter(.text, phrase: "a replacement", form: .constant)],
                    gives: .text,
                    make: replacement
                )
            ]
        ),
        Function(
            "count_matches",
            group: .patterns,
            summary: "How often a pattern is found in a text, no match overlapping another.",
            example: #"count_matches("one two three", "\w+")"#,
            result: "3",
            [
                Overload(
                    [.text, .pattern],
                    gives: .integer,
                    make: { (call) throws(Diagnostic) in
                        let pattern = try compile(call)
                        return .integer { (arguments) throws(Failure) in
                            let text = arguments.text(0)
                            return try pattern.withMatcher { (matcher) throws(Failure) in
                                var count: Int64 = 0
                                let limit = matcher.forEachMatch(in: text) { (_, _) in count += 1 }
                                if limit != nil { throw .patternLimit }
                                return count
                            }
                        }
                    }
                )
            ]
        ),
    ]

    /// Compiles the pattern of a call, its second argument.
    ///
    /// - Throws: What is wrong with it, at its place within the argument.
    static func compile(_ call: borrowing Call) throws(Diagnostic) -> Pattern {
        let text = String(decoding: call.pattern(1) ?? [], as: UTF8.self)
        do throws(PatternFault) {
            return try Pattern(text)
        } catch {
            let hint = error.excludedStart.map { "write: not \(call.written(0)) starts with \($0.debugDescription)" }
            throw Diagnostic(
                error.code,
                message: error.message,
                category: error.category,
                at: error.range.map { call.place(1, of: $0) } ?? call.place(1),
                hint: hint ?? error.hint
            )
        }
    }

    @inline(__always)
    private static func find(
        _ matcher: inout PatternMatcher,
        in text: UnsafeBufferPointer<UInt8>
    ) throws(Failure) -> Bool {
        do throws(PatternLimit) {
            return try matcher.find(in: text)
        } catch {
            throw .patternLimit
        }
    }

    @Sendable private static func extraction(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        let pattern = try compile(call)
        let group = try group(of: call, in: pattern)
        return .slice { (arguments) throws(Failure) in
            let text = arguments.text(0)
            return try pattern.withMatcher { (matcher) throws(Failure) in
                try find(&matcher, in: text) ? matcher.range(of: group) : nil
            }
        }
    }

    /// The group that the third argument of a call names; without one the first, or the match if there is no group.
    private static func group(of call: borrowing Call, in pattern: Pattern) throws(Diagnostic) -> Int {
        guard call.count > 2 else { return min(1, pattern.groupCount) }
        let names = pattern.groupNames.sorted { $0.value < $1.value }.map { "'\($0.key)'" }.joined(separator: ", ")
        if let name = call.text(2) {
            if let group = pattern.groupNames[name] { return group }
            throw Diagnostic(
                "regex.group",
                message: "the pattern has no group '\(name)'",
                at: call.place(2),
                hint: names.isEmpty ? "write (?<\(name)>…) in the pattern" : "it has \(names)"
            )
        }
        guard case .integer(let number)? = call.constant(2), 0...Int64(pattern.groupCount) ~= number else {
            throw Diagnostic(
                "regex.group",
                message: "the pattern has \(pattern.groupCount.counted("group"))",
                at: call.place(2),
                hint: "0 is the whole match"
            )
        }
        return Int(number)
    }

    @Sendable private static func replacement(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        let pattern = try compile(call)
        let parts: [Replacement.Part]
        do throws(Replacement.Mistake) {
            parts = try Replacement.parts(call.text(2) ?? "", of: pattern)
        } catch {
            throw Diagnostic("regex.group", message: error.message, at: call.place(2), hint: error.hint)
        }
        return .text { (arguments, out) throws(Failure) in
            let text = arguments.text(0)
            try pattern.withMatcher { (matcher) throws(Failure) in
                var start = 0
                let limit = try matcher.forEachMatch(in: text) { (matcher, match) throws(Failure) in
                    try out.append(UnsafeBufferPointer(rebasing: text[start..<match.lowerBound]))
                    start = match.upperBound
                    for part in parts {
                        switch part {
                        case .text(let bytes): try out.append(bytes)
                        case .group(let group):
                            guard let range = matcher.range(of: group) else { continue }
                            try out.append(UnsafeBufferPointer(rebasing: text[range]))
                        }
                    }
                }
                if limit != nil { throw .patternLimit }
                try out.append(UnsafeBufferPointer(rebasing: text[start...]))
            }
            return true
        }
    }
}

extension Failure {
    static let patternLimit = Failure(
        "regex.limit",
        reason: "the pattern can match this text in too many ways to try them all"
    )
}

/// What a match is replaced by.
private enum Replacement {
    enum Part: Sendable {
        case text([UInt8])
        case group(Int)
    }

    struct Mistake: Error {
        let message: String
        let hint: String
    }

    static func parts(_ text: String, of pattern: Pattern) throws(Mistake) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var rest = Substring(text)
        while let sign = rest.popFirst() {
            guard sign == "$" else {
                plain.append(sign)
                continue
            }
            if rest.first == "$" {
                plain.append(rest.removeFirst())
                continue
            }
            if !plain.isEmpty { parts.append(.text(Array(plain.utf8))) }
            plain = ""
            let name: Substring
            if rest.first == "{", let end = rest.firstIndex(of: "}") {
                name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
            } else {
                name = rest.prefix { "0"..."9" ~= $0 }
                rest = rest.dropFirst(name.count)
            }
            guard let group = Int(name) ?? pattern.groupNames[String(name)], 0...pattern.groupCount ~= group else {
                throw Mistake(
                    message: name.isEmpty
                        ? "'$' is not followed by a group" : "the pattern has no group '\(name)' for this replacement",
                    hint: "write $1 or ${1} for the first group, $$ for the sign"
                )
            }
            parts.append(.group(group))
        }
        if !plain.isEmpty { parts.append(.text(Array(plain.utf8))) }
        return parts
    }
}
