public import TOML

/// The options of a plugin, each declared with `@Option`.
///
/// The compiler synthesises the conformance to `Decodable`; do not write it.
public protocol OptionGroup: Decodable, Sendable {
    /// All options with their defaults; a required option must not be read.
    init()

    /// Removed options by name, each with what to write instead, as a hint. Default: empty.
    static var retired: [String: String] { get }
}

/// No options at all.
public struct NoOptions: OptionGroup {
    /// Creates the group of a plugin without options.
    public init() {}
}

extension OptionGroup {
    /// Empty: no option of the group was removed or renamed.
    public static var retired: [String: String] { [:] }

    /// The definitions of the options, in the order of declaration.
    public static var definitions: [OptionDefinition] { declared.map(\.definition) }

    /// Creates the options from a table; options that are not in it have their defaults.
    ///
    /// - Parameters:
    ///   - table: The table of the pipeline file.
    ///   - reserved: Keys of the table that are not options of the plugin.
    ///   - interpolation: Replaces `${…}` in strings.
    ///   - subject: What the options belong to, for messages: `sink 'csv'`.
    /// - Returns: The options.
    /// - Throws: All findings together: `option.unknown`, `option.missing`, `option.type`, `option.range`, and errors
    ///   of the interpolation.
    public static func bind(
        _ table: TOMLValue,
        reserved: Set<String> = [],
        interpolation: Interpolation,
        subject: String
    ) throws(DiagnosticList) -> Self {
        var warnings = DiagnosticList()
        return try bind(
            table,
            reserved: reserved,
            interpolation: interpolation,
            subject: subject,
            warnings: &warnings
        )
    }

    /// Creates the options from a table, and warns about deprecated options.
    ///
    /// - Parameters:
    ///   - table: The table of the pipeline file.
    ///   - reserved: Keys of the table that are not options of the plugin.
    ///   - interpolation: Replaces `${…}` in strings.
    ///   - subject: What the options belong to, for messages: `sink 'csv'`.
    ///   - warnings: Receives `option.deprecated` if there are no errors; otherwise the thrown list contains the
    ///     warnings.
    /// - Returns: The options.
    /// - Throws: All findings together.
    public static func bind(
        _ table: TOMLValue,
        reserved: Set<String> = [],
        interpolation: Interpolation,
        subject: String,
        warnings: inout DiagnosticList
    ) throws(DiagnosticList) -> Self {
        let declared = declared
        var problems = DiagnosticList()
        var options: [String: any Sendable] = [:]

        let names = declared.map(\.definition.name)
        let known = names + reserved.sorted()
        for entry in table.entries where !reserved.contains(entry.key) && !names.contains(entry.key) {
            guard !problems.isFull else {
                problems.leaveOut()
                continue
            }
            problems.append(
                Diagnostic(
                    "option.unknown",
                    message: "there is no option '\(entry.key)' in \(subject)",
                    at: .text(entry.keyRange),
                    hint: retired[entry.key] ?? hint(for: entry.key, among: known)
                )
            )
        }
        // The excerpts of findings about other options on the same line would show the secret.
        for option in declared where option.definition.shape.isSecret {
            table.range.text.conceal(valuesOf: option.definition.name)
        }
        for option in declared {
            let (definition, declaration) = (option.definition, option.declaration)
            let name = definition.name
            let value = table[name]
            if value.kind == .missing {
                options[option.property] = declaration.unbound
                if declaration.unbound == nil {
                    problems.append(
                        Diagnostic(
                            "option.missing",
                            message: "\(subject) needs the option '\(name)'",
                            at: .text(table.range),
                            hint: "\(definition.help) Expected: \(definition.shape.words)."
                        )
                    )
                }
                continue
            }
            do throws(Diagnostic) {
                options[option.property] = try declaration.bound(to: OptionInput(value, interpolation: interpolation))
            } catch {
                problems.append(error.concealing(interpolation.secrets, isAboutThem: false))
            }
            if let instead = definition.deprecation {
                problems.append(
                    Diagnostic(
                        "option.deprecated",
                        message: "the option '\(name)' is deprecated",
                        category: .usage,
                        at: value.keyRange.map { .text($0) },
                        hint: instead,
                        severity: .warning
                    )
                )
            }
        }
        try problems.throwIfErrors()
        warnings.append(contentsOf: problems)
        do {
            return try Self(from: OptionGroupDecoder(options: options))
        } catch {
            preconditionFailure("a group of options declares a property without @Option: \(error)")
        }
    }
}

extension String {
    /// `pageSize` as `page_size`, `clientID` as `client_id`, `maxURLLength` as `max_url_length`.
    var snakeCased: String {
        let characters = Array(self)
        var snake = ""
        for (index, character) in characters.enumerated() {
            guard character.isUppercase else {
                snake.append(character)
                continue
            }
            let beginsWord = index > 0 && !characters[index - 1].isUppercase
            let endsAcronym = index > 0 && index + 1 < characters.count && characters[index + 1].isLowercase
            if beginsWord || endsAcronym { snake.append("_") }
            snake += character.lowercased()
        }
        return snake
    }
}
