internal import Diagnostics

/// Checks a pattern, and writes it down for PCRE2 so that its meaning is the documented one whatever the version.
///
///     alternatives = sequence { "|" sequence }
///     sequence     = { atom { "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" [ "?" ] } }
///     atom         = literal | "." | "^" | "$" | escape | class | group
struct PatternParser {
    /// A property of code points, `\p{Greek}`, that only the library can look up.
    struct Property {
        let translation: String
        let range: Range<Int>
    }

    /// What `(?ims)` and the like set, until the end of the group.
    struct Flags: OptionSet {
        let rawValue: UInt8

        static let insensitive = Flags(rawValue: 1)
        static let multiline = Flags(rawValue: 2)
        static let dotAll = Flags(rawValue: 4)
        static let extended = Flags(rawValue: 8)
        static let swapsGreed = Flags(rawValue: 32)
        static let ascii = Flags(rawValue: 64)
    }

    /// A part of the translation.
    struct Part {
        var text: String
        /// Whether a quantifier applies to all of it.
        var isOne: Bool

        static func one(_ text: String) -> Part { Part(text: text, isOne: true) }
        static func several(_ text: String) -> Part { Part(text: text, isOne: false) }
    }

    static let deepest = 100
    /// Where the work is counted: the library calls back at this part of a translation.
    private static let count = "(?C1)"

    let scalars: [Unicode.Scalar]
    /// The byte at which each of them begins, and the end.
    private let offsets: [Int]
    var index = 0
    var flags: Flags = []
    var depth = 0
    /// Whether the translation counts the work: after each repetition, and each of several alternatives.
    var countsWork = false
    /// Of the library.
    var version = (10, 42)
    private(set) var groupCount = 0
    private(set) var groupNames: [String: Int] = [:]
    var properties: [Property] = []

    init(_ pattern: String) {
        scalars = Array(pattern.unicodeScalars)
        var offset = 0
        var offsets = [0]
        for scalar in scalars {
            offset += UTF8.width(scalar)
            offsets.append(offset)
        }
        self.offsets = offsets
    }

    /// The pattern for PCRE2.
    mutating func parse() throws(PatternFault) -> String {
        let translation = try alternatives()
        guard index == scalars.count else {
            throw fault(
                "regex.group",
                message: "this ')' has no '('",
                at: index..<index + 1,
                hint: #"write \) for the sign"#
            )
        }
        return translation
    }

    // MARK: Reading

    var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    func peek(_ distance: Int) -> Unicode.Scalar? {
        index + distance < scalars.count ? scalars[index + distance] : nil
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        index += 1
        return true
    }

    func starts(with text: String) -> Bool { scalars[index...].starts(with: text.unicodeScalars) }

    func bytes(_ range: Range<Int>) -> Range<Int> {
        offsets[range.lowerBound]..<offsets[min(range.upperBound, scalars.count)]
    }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    func fault(
        _ code: Diagnostic.Code,
        message: String,
        at range: Range<Int>,
        hint: String? = nil
    ) -> PatternFault {
        PatternFault(code, message: message, hint: hint, at: bytes(range))
    }

    // MARK: Structure

    mutating func alternatives() throws(PatternFault) -> String {
        var text = try sequence()
        guard next == "|" else { return text }
        let end = countsWork ? Self.count : ""
        text += end
        while take("|") { text += "|" + (try sequence()) + end }
        return text
    }

    /// A part with a quantifier.
    func repeated(_ part: Part, by quantifier: String) -> Part {
        let text = part.isOne ? part.text : "(?:\(part.text))"
        guard countsWork else { return .several(text + quantifier) }
        // A group at the end of each round, so that rounds without a repetition in them count.
        guard text.hasPrefix("(") else { return .several(text + quantifier + Self.count) }
        return .several("(?:" + text + Self.count + ")" + quantifier)
    }

    private mutating func sequence() throws(PatternFault) -> String {
        var text = ""
        while true {
            skipComments()
            guard let next, next != "|", next != ")" else { return text }
            let start = index
            guard var part = try atom() else { continue }
            while try repeats(&part, from: start) {}
            text += part.text
        }
    }

    /// Passes over white space and comments where `(?x)` is set.
    mutating func skipComments() {
        guard flags.contains(.extended) else { return }
        while let next {
            if next.properties.isWhitespace {
                index += 1
            } else if next == "#" {
                while let next = self.next, next != "\n" {
                    index += 1
                    _ = next
                }
            } else {
                return
            }
        }
    }

    /// One thing that can be repeated; nil if it was only flags.
    private mutating func atom() throws(PatternFault) -> Part? {
        let start = index
        guard let next else { return nil }
        index += 1
        switch next {
        case "(":
            index = start
            return try group()
        case "[":
            index = start
            return .one(try bracketed().text)
        case "\\":
            index = start
            return try escape()
        case ".":
            return .one(flags.contains(.dotAll) ? "(?s:.)" : ".")
        case "^": return .several(flags.contains(.multiline) ? "(?m:^)" : #"\A"#)
        case "$": return .several(flags.contains(.multiline) ? "(?m:$)" : #"\z"#)
        case "*", "+", "?", "{":
            throw nothing(repeatedBy: next, at: start)
        default: return .one(Self.literal(next))
        }
    }

    /// The fault of a quantifier that has nothing before it.
    func nothing(repeatedBy sign: Unicode.Scalar, at place: Int) -> PatternFault {
        fault(
            "regex.repetition",
            message: "there is nothing that '\(sign)' could repeat",
            at: place..<place + 1,
            hint: "write \\\(sign) for the sign"
        )
    }

    /// A code point that stands for itself.
    static func literal(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": String(scalar)
        case "\u{0}"..."\u{7F}": "\\x{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
    }

    // MARK: Groups

    /// Opens a group that is counted.
    mutating func countGroup(named name: String?) {
        groupCount += 1
        if let name { groupNames[name] = groupCount }
    }
}
