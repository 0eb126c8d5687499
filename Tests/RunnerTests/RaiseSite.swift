import Diagnostics
import PluginKit

/// A place of the sources that makes a diagnostic whose code is written there.
struct RaiseSite {
    let file: String
    let code: String
    /// The category that is written there; nil if it follows from the place.
    let category: Diagnostic.Category?
    let isError: Bool
    /// Whether it can be in a text, and whether it can be elsewhere, as far as can be seen.
    let placesInText: [Bool]

    /// The problem as it is made there.
    func problem(inText: Bool) -> Diagnostic {
        let text = SourceText("a = 1", name: "p.toml")
        return Diagnostic(.init(code), message: "…", category: category, at: inText ? .text(text[0..<1]) : .file("a"))
    }

    /// All of them, except those of `PluginTestKit`, which no program raises.
    static func all() throws -> [RaiseSite] {
        let here = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return try files(in: here + "/Sources").flatMap { path in
            let text = String(decoding: try InputFile(path).readAll(atMost: 1 << 22), as: UTF8.self)
            return sites(of: text, in: String(path.dropFirst(here.count + 1)))
        }
    }

    private static func files(in folder: String) throws -> [String] {
        try FileSystem.names(in: folder).sorted().flatMap { name in
            let path = "\(folder)/\(name)"
            if FileSystem.isFolder(path) { return name == "PluginTestKit" ? [] : try files(in: path) }
            return name.hasSuffix(".swift") ? [path] : []
        }
    }

    private static func sites(of text: String, in file: String) -> [RaiseSite] {
        text.matches(of: /Diagnostic\(\s*"([a-z0-9-]+\.[a-z0-9-]+)",/).compactMap { match in
            let lineStart = text[..<match.range.lowerBound].lastIndex(of: "\n") ?? text.startIndex
            if text[lineStart..<match.range.lowerBound].contains("///") { return nil }
            let call = arguments(of: text[match.range.lowerBound...])
            let category = call.firstMatch(of: /\bcategory: \.([a-z]+)/).flatMap {
                Diagnostic.Category(rawValue: String($0.1))
            }
            return RaiseSite(
                file: file,
                code: String(match.1),
                category: category,
                isError: !call.contains(/severity: \.(warning|note)/),
                placesInText: places(of: call, category)
            )
        }
    }

    /// The text of a call up to the parenthesis that closes it, without what stands in its strings.
    private static func arguments(of text: Substring) -> String {
        var call = ""
        var (depth, isInString, isEscaped) = (0, false, false)
        for character in text {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isInString = false
                }
                continue
            }
            switch character {
            case "\"": isInString = true
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            call.append(character)
            if depth == 0, character == ")" { break }
        }
        return call
    }

    private static func places(of call: String, _ category: Diagnostic.Category?) -> [Bool] {
        guard let place = call.firstMatch(of: /\bat: ([^,]*)/)?.1 else {
            // Without a place: of a run if it has a category, else wherever who hands it on puts it.
            return category == nil ? [true, false] : [false]
        }
        if place.hasPrefix(".text(") { return [true] }
        if place.hasPrefix(".file(") || place.hasPrefix(".stage(") { return [false] }
        // That of an option, if it is given.
        return [true]
    }
}
