internal import Diagnostics
internal import Jobs

extension Arguments {
    /// The finding for a flag that the verb does not have.
    ///
    /// - Parameters:
    ///   - word: The word as it was written.
    ///   - flags: The flags of the verb.
    ///   - verb: The verb.
    /// - Returns: The finding; its hint suggests the flag that was probably meant.
    static func unknownFlag(_ word: String, among flags: [Flag], of verb: String) -> Diagnostic {
        Diagnostic(
            "command.flag",
            message: "'sprocket \(verb)' has no flag '\(word)'",
            category: .usage,
            hint: hint(forUnknown: word, among: flags, of: verb)
        )
    }

    /// The finding for a flag without its value.
    ///
    /// - Parameters:
    ///   - flag: The flag.
    ///   - next: The following word, if it is also a flag.
    /// - Returns: The finding.
    static func missingValue(of flag: Flag, before next: String? = nil) -> Diagnostic {
        let example = "\(flag.spelling) \(flag.value ?? "")"
        return Diagnostic(
            "command.flag",
            message: "the flag '\(flag.spelling)' needs a value" + (next.map { ", and '\($0)' is a flag" } ?? ""),
            category: .usage,
            hint: next.map { "\(example); if '\($0)' is the value: \(flag.assignment)\($0)" }
                ?? "\(example): \(flag.help)"
        )
    }

    private static func hint(forUnknown word: String, among flags: [Flag], of verb: String) -> String {
        let body = word.drop { $0 == "-" }
        let name = String(body.prefix { $0 != "=" })
        let names = flags.map(\.name)
        func spelling(_ name: String) -> String { (name.count == 1 ? "-" : "--") + name }
        let list = "'sprocket \(verb) --help' lists them"
        // `-limit` and `--limi`: an abbreviation of a flag, or a flag with one dash missing.
        let begun = names.filter { $0.count > 1 && name.count > 1 && $0.hasPrefix(name) }
        if begun.count == 1, let known = begun.first { return "did you mean '\(spelling(known))'?" }
        switch name {
        case "v", "verbose", "vv", "debug", "trace":
            return names.contains("progress")
                ? "progress is shown by default; --progress plain prints it line by line, and -q prints only problems"
                : "there is no verbose mode; -q prints less, and 'sprocket version' shows the version"
        case "V", "version": return "'sprocket version' shows the version"
        case "quiet", "silent", "s": return "did you mean '-q'?"
        case "n" where names.contains("dry-run"): return "did you mean '--dry-run'?"
        case "j": return "did you mean '--json'?"
        case "?", "usage": return "did you mean '--help'?"
        case "var", "variable", "vars", "set", "define":
            if names.contains("D") { return "variables are set with -D name=value" }
        default: break
        }
        let near = suggestion(for: name, among: names.filter { $0.count > 1 }).map { "did you mean '\(spelling($0))'?" }
        guard names.contains("D"), word.hasPrefix("--"), VariableWord.isName(name) else { return near ?? list }
        let assigned = body.count > name.count
        let example = "-D \(name.replacing("-", with: "_"))=\(assigned ? String(body.dropFirst(name.count + 1)) : "…")"
        let variable = "variables are set with \(example)"
        // `--export` is as close to `--report` as a typing error is.
        return near.map { "\($0) \(variable)" } ?? (assigned ? variable : "\(list); \(variable)")
    }
}

extension Flag {
    /// The flag up to the start of its value, in the form that accepts any value.
    fileprivate var assignment: String { name.count == 1 ? spelling : spelling + "=" }
}
