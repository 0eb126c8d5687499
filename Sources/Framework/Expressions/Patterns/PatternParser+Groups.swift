internal import Diagnostics

extension PatternParser {
    /// A group with its content, or flags for what follows; nil for the latter if they need no translation.
    mutating func group() throws(PatternFault) -> Part? {
        let start = index
        index += 1
        guard next == "?" else {
            countGroup(named: nil)
            return .one("(" + (try content(from: start)) + ")")
        }
        try refuse(from: start)
        index += 1
        if let name = try name(from: start) {
            countGroup(named: name)
            return .one("(" + (try content(from: start)) + ")")
        }
        let outer = flags
        let changed = try readFlags(from: start)
        if take(")") {
            flags = changed
            skipComments()
            if let next, ["*", "+", "?", "{"].contains(next) { throw nothing(repeatedBy: next, at: index) }
            guard outer.contains(.insensitive) != changed.contains(.insensitive) else { return nil }
            return .one(changed.contains(.insensitive) ? "(?i)" : "(?-i)")
        }
        _ = take(":")
        flags = changed
        defer { flags = outer }
        var opening = "(?:"
        if outer.contains(.insensitive) != changed.contains(.insensitive) {
            opening = changed.contains(.insensitive) ? "(?i:" : "(?-i:"
        }
        return .one(opening + (try content(from: start)) + ")")
    }

    /// What is between the parentheses; the closing one is read.
    private mutating func content(from start: Int) throws(PatternFault) -> String {
        guard depth < Self.deepest else {
            throw fault(
                "regex.group",
                message: "there are more than \(Self.deepest) groups within each other",
                at: start..<index
            )
        }
        depth += 1
        let outer = flags
        let text = try alternatives()
        flags = outer
        depth -= 1
        guard take(")") else {
            throw fault(
                "regex.group",
                message: "the pattern ends within a group",
                at: start..<start + 1,
                hint: "this '(' has no ')'"
            )
        }
        return text
    }

    /// The name in `(?<name>` or `(?P<name>`; nil if the group has none.
    private mutating func name(from start: Int) throws(PatternFault) -> String? {
        guard starts(with: "<") || starts(with: "P<") else { return nil }
        index += next == "P" ? 2 : 1
        let first = index
        while let next, next != ">", next != ")" { index += 1 }
        let name = text(first..<index)
        let isName = name.unicodeScalars.enumerated().allSatisfy { place, scalar in
            scalar.properties.isAlphabetic || scalar == "_"
                || place > 0 && (scalar.properties.numericType != nil || [".", "[", "]"].contains(scalar))
        }
        guard !name.isEmpty, isName, next == ">" else {
            throw fault(
                "regex.group",
                message: "a group cannot have the name '\(name)'",
                at: first..<max(index, first + 1),
                hint: "write (?<name>…), with letters, digits and _"
            )
        }
        guard groupNames[name] == nil else {
            throw fault("regex.group", message: "there is already a group '\(name)'", at: first..<index)
        }
        index += 1
        return name
    }

    /// The flags after `(?`, as they are afterwards; `)` or `:` follows.
    private mutating func readFlags(from start: Int) throws(PatternFault) -> Flags {
        var changed = flags
        var isSetting = true
        var isEmpty = true
        while let letter = next, letter != ")", letter != ":" {
            let flag: Flags
            switch letter {
            case "i": flag = .insensitive
            case "m": flag = .multiline
            case "s": flag = .dotAll
            case "x": flag = .extended
            case "U": flag = .swapsGreed
            case "u": flag = .ascii
            case "-" where isSetting:
                isSetting = false
                isEmpty = true
                index += 1
                continue
            default:
                throw fault(
                    "regex.flag",
                    message: "there is no flag '\(letter)'",
                    at: index..<index + 1,
                    hint: "the flags are i (letters of either case), m (^ and $ at each line), s (. is any character), "
                        + "x (spaces and comments), U and u"
                )
            }
            // `u` states that classes are those of Unicode, as they are unless told otherwise.
            if isSetting != (letter == "u") { changed.insert(flag) } else { changed.remove(flag) }
            isEmpty = false
            index += 1
        }
        guard next != nil else {
            throw fault(
                "regex.group",
                message: "the pattern ends within a group",
                at: start..<start + 1,
                hint: "this '(' has no ')'"
            )
        }
        guard !isEmpty || next == ":" && isSetting else {
            throw fault("regex.flag", message: "'?' is not followed by a flag", at: start..<index, hint: "such as (?i)")
        }
        return changed
    }

    // MARK: What is not offered

    /// Refuses groups that no engine in linear time can offer, at `(?`.
    private func refuse(from start: Int) throws(PatternFault) {
        for (sign, word) in [
            ("?=", "look-ahead"), ("?!", "look-ahead"), ("?<=", "look-behind"), ("?<!", "look-behind"),
        ]
        where starts(with: sign) {
            let excluded = sign == "?!" ? excludedStart(from: start) : nil
            throw PatternFault(
                "regex.look-around",
                message: "\(word) is not offered: patterns run in linear time",
                hint: excluded.map { "write: not … starts with \($0.debugDescription)" }
                    ?? "write two conditions: … matches … and not … matches …; or take the part with a group",
                at: bytes(start..<index + sign.utf8.count),
                excludedStart: excluded
            )
        }
        let refused: [(String, Diagnostic.Code, String, String?)] = [
            ("?P=", "regex.back-reference", "back-references are not offered: patterns run in linear time", nil),
            ("?P>", "regex.recursion", "recursion is not offered: patterns run in linear time", nil),
            ("?&", "regex.recursion", "recursion is not offered: patterns run in linear time", nil),
            ("?>", "regex.group", "atomic groups are not offered", "write (?:…)"),
            ("?|", "regex.group", "groups that share numbers are not offered", "write (?:…|…)"),
            ("?#", "regex.group", "comments are written with the flag x", "write (?x) … # comment"),
            ("?(", "regex.group", "conditions are not offered in patterns", "write if … matches … then … else …"),
            ("?'", "regex.group", "the name of a group is written in angle brackets", "write (?<name>…)"),
        ]
        for (sign, code, message, hint) in refused where starts(with: sign) {
            throw fault(code, message: message, at: start..<index + sign.utf8.count, hint: hint)
        }
        guard let sign = peek(1) else { return }
        let isSigned = (sign == "+" || sign == "-") && peek(2).map { "0"..."9" ~= $0 } == true
        let isWhole = sign == "R" && peek(2) == ")"
        if "0"..."9" ~= sign || isSigned || isWhole {
            throw fault(
                "regex.recursion",
                message: "recursion is not offered: patterns run in linear time",
                at: start..<index + 2
            )
        }
    }

    /// The text of `^(?!text)`, if that is the start of the pattern and `text` stands for itself.
    private func excludedStart(from start: Int) -> String? {
        guard start == 1, scalars[0] == "^", let end = scalars[index...].firstIndex(of: ")") else { return nil }
        let content = scalars[(index + 2)..<end]
        let signs = "\\^$.|?*+()[]{}".unicodeScalars
        guard !content.isEmpty, !content.contains(where: { signs.contains($0) }) else { return nil }
        return text((index + 2)..<end)
    }
}
