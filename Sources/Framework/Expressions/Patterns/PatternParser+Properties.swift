internal import CPCRE2
internal import Diagnostics

extension PatternParser {
    /// `\p{…}`, `\P{…}` or `\pL`.
    mutating func property() throws(PatternFault) -> ClassText {
        let start = index
        var isNegated = peek(1) == "P"
        index += 2
        var name: String
        if take("{") {
            let first = index
            while let next, next != "}" { index += 1 }
            name = text(first..<index)
            guard take("}") else {
                throw fault("regex.property", message: "this '{' has no '}'", at: first - 1..<first)
            }
        } else {
            guard next != nil else { throw Self.unknownProperty(at: bytes(start..<index)) }
            index += 1
            name = text(index - 1..<index)
        }
        if name.first == "^" {
            isNegated.toggle()
            name.removeFirst()
        }
        let range = bytes(start..<index)
        var key = ""
        if let sign = name.firstIndex(where: { $0 == "=" || $0 == ":" }) {
            key = String(name[..<sign])
            name = String(name[name.index(after: sign)...])
            if key.last == "!" {
                isNegated.toggle()
                key.removeLast()
            }
        }
        guard let items = members(Self.loose(name), key: Self.loose(key), range: range) else {
            throw Self.unknownProperty(at: range)
        }
        return isNegated ? ClassText(items: items).negated : ClassText(items: items)
    }

    static func unknownProperty(at range: Range<Int>) -> PatternFault {
        PatternFault(
            "regex.property",
            message: "there is no such property of characters",
            hint: #"such as \p{L} for letters, \p{Lu} for capitals, \p{N}, \p{P}, \p{Greek}, \p{Emoji}"#,
            at: range
        )
    }

    /// Names match whatever their case, spaces, `-` and `_` (Unicode Standard Annex 44, 5.9.3).
    private static func loose(_ name: String) -> String {
        String(name.lowercased().filter { $0 != " " && $0 != "-" && $0 != "_" })
    }

    private mutating func members(_ name: String, key: String, range: Range<Int>) -> String? {
        let library: String
        switch key {
        case "", "gc", "generalcategory":
            if let category = Self.category(of: name) {
                // Letters of either case are the same where case does not matter.
                let isCased = flags.contains(.insensitive) && ["Lu", "Ll", "Lt"].contains(category)
                return isCased ? #"\p{L&}"# : "\\p{\(category)}"
            }
            switch name {
            case "any": return #"\x{0}-\x{10FFFF}"#
            case "ascii": return #"\x00-\x7F"#
            case "assigned": return #"\P{Cn}"#
            default: break
            }
            guard key.isEmpty, !name.isEmpty else { return nil }
            library = name
        case "sc", "script": library = version >= (10, 40) ? "sc:" + name : name
        case "scx", "scriptextensions": library = version >= (10, 40) ? "scx:" + name : name
        case "age": return Self.age(name)
        default: return nil
        }
        guard library.utf8.allSatisfy({ $0 < 0x80 && ($0 == 0x3A || $0 >= 0x30 && $0 != 0x7D) }) else { return nil }
        // A script is that of its characters: the library would add those that several scripts share.
        let isScript = key.isEmpty && version >= (10, 40) && isKnown("\\p{sc:\(library)}")
        let translation = isScript ? "\\p{sc:\(library)}" : "\\p{\(library)}"
        properties.append(Property(translation: translation, range: range))
        return translation
    }

    private func isKnown(_ property: String) -> Bool {
        guard let library = try? PatternLibrary.shared(), case .success(let code) = library.compile(property) else {
            return false
        }
        library.functions.pointee.codeFree(code)
        return true
    }

    /// The characters that Unicode has since this version or an earlier one, such as `3.2`.
    private static func age(_ version: String) -> String? {
        let numbers = version.split(separator: ".").map { Int($0) }
        guard 1...3 ~= numbers.count, let major = numbers[0], let minor = numbers.count > 1 ? numbers[1] : 0 else {
            return nil
        }
        var items = ""
        var first: UInt32?
        for value in 0...UInt32(0x110000) {
            let age = Unicode.Scalar(value)?.properties.age
            let isIn = age.map { $0 <= (major, minor) } ?? false
            if isIn, first == nil { first = value }
            if !isIn, let start = first {
                // Surrogates are no characters; a range may not end beside them.
                items += "\\x{\(String(start, radix: 16))}-\\x{\(String(value - 1, radix: 16))}"
                first = nil
            }
        }
        return items.isEmpty ? nil : items
    }

    /// The name of a general category in two letters, from either of its names (PropertyValueAliases.txt).
    private static func category(of name: String) -> String? {
        categories[name] ?? (categories.values.first { $0.lowercased() == name || $0 == "L&" && name == "lc" })
    }

    private static let categories = [
        "other": "C", "control": "Cc", "cntrl": "Cc", "format": "Cf", "unassigned": "Cn", "privateuse": "Co",
        "surrogate": "Cs", "letter": "L", "casedletter": "L&", "lowercaseletter": "Ll", "modifierletter": "Lm",
        "otherletter": "Lo", "titlecaseletter": "Lt", "uppercaseletter": "Lu", "mark": "M", "combiningmark": "M",
        "spacingmark": "Mc", "enclosingmark": "Me", "nonspacingmark": "Mn", "number": "N", "decimalnumber": "Nd",
        "digit": "Nd", "letternumber": "Nl", "othernumber": "No", "punctuation": "P", "punct": "P",
        "connectorpunctuation": "Pc", "dashpunctuation": "Pd", "closepunctuation": "Pe", "finalpunctuation": "Pf",
        "initialpunctuation": "Pi", "otherpunctuation": "Po", "openpunctuation": "Ps", "symbol": "S",
        "currencysymbol": "Sc", "modifiersymbol": "Sk", "mathsymbol": "Sm", "othersymbol": "So", "separator": "Z",
        "lineseparator": "Zl", "paragraphseparator": "Zp", "spaceseparator": "Zs",
    ]
}
