package import Diagnostics
internal import Formats

/// A file that an option names, and how the plugin uses it.
package struct DeclaredFile: Sendable {
    /// How the plugin uses the file.
    package enum Use: Sendable {
        /// It reads the file or folder.
        case reads(InputPath)
        /// It reads every file whose path has the pattern.
        case readsAll(Glob)
        /// It reads standard input.
        case readsStandardInput
        /// It writes the file, or several files with numbered names.
        case writes(OutputPath)
        /// It writes to standard output.
        case writesStandardOutput
        /// It keeps the file from run to run.
        case keeps(KeptPath)
    }

    package let use: Use
    /// Where the option is written; nil if the file is named by a default.
    package let place: Diagnostic.Place?
}

extension OptionGroup {
    /// The files that the options name, in the order of declaration, including those in lists.
    ///
    /// The types of the options determine how each is used.
    package var declaredFiles: [DeclaredFile] {
        boundOptions.flatMap { option in
            Self.uses(option.boundValue).map { DeclaredFile(use: $0, place: option.place) }
        }
    }

    /// What happens to files that already exist; nil if the group has no such option or it is not given.
    package var onExisting: OnExisting? {
        Self.offersOnExisting ? boundOptions.lazy.compactMap { $0.boundValue as? OnExisting }.first : nil
    }

    /// Whether the group has an option of the type `OnExisting`.
    package static var offersOnExisting: Bool { definitions.contains { $0.shape == OnExisting.shape } }

    /// The values of the options as they are written in a pipeline file, by name; empty for an omitted option, `•••`
    /// for a secret.
    package var literals: [String: String] {
        Mirror(reflecting: self).children.reduce(into: [:]) { literals, child in
            // The storage of a wrapped property `pageSize` is called `_pageSize`.
            guard let label = child.label, label.hasPrefix("_"), let option = child.value as? any BoundOption else {
                return
            }
            literals[String(label.dropFirst()).snakeCased] = option.description
        }
    }

    private var boundOptions: [any BoundOption] {
        Mirror(reflecting: self).children.compactMap { $0.value as? any BoundOption }
    }

    private static func uses(_ value: Any) -> [DeclaredFile.Use] {
        switch value {
        case let names as any InputNames: uses(names)
        case let path as OutputPath: [.writes(path)]
        case let destination as OutputDestination:
            switch destination {
            case .file(let path): [.writes(path)]
            case .standardOutput: [.writesStandardOutput]
            }
        case let path as KeptPath: [.keeps(path)]
        case let names as [any InputNames]: names.flatMap(uses)
        case let paths as [OutputPath]: paths.map { .writes($0) }
        case let paths as [KeptPath]: paths.map { .keeps($0) }
        default: []
        }
    }

    private static func uses(_ names: any InputNames) -> [DeclaredFile.Use] {
        names.inputPaths.map { .reads($0) } + names.inputPatterns.map { .readsAll($0) }
            + (names.readsStandardInput ? [.readsStandardInput] : [])
    }
}

extension OptionGroup {
    /// The options that affect which records a source has and differ from their defaults: by name, as they are written
    /// in a pipeline file.
    ///
    /// Defaults are left out, so that an option added by a later version changes nothing. A secret is represented by a
    /// digest. In other values, secret texts are replaced by dots, and a digest of the whole value is added.
    ///
    /// - Parameter hidden: Secret texts.
    /// - Returns: The values by the names of the options.
    package func choices(concealing hidden: Set<String> = []) -> [String: String] {
        let literals = literals
        let secrets = secrets
        let defaults = Self().literals
        return Self.definitions.reduce(into: [:]) { choices, definition in
            guard definition.choosesRecords, let literal = literals[definition.name] else { return }
            if case .secret = definition.shape {
                if let secret = secrets[definition.name], !secret.revealed.isEmpty {
                    choices[definition.name] = secret.choice
                }
            } else if literal != defaults[definition.name] {
                let shown = hidden.sorted { $0.utf8.count > $1.utf8.count }.reduce(literal) { shown, text in
                    text.utf8.count < 4 ? shown : shown.replacing(text, with: "•••")
                }
                choices[definition.name] = shown == literal ? literal : "\(shown) \(Secret(literal).digest)"
            }
        }
    }

    private var secrets: [String: Secret] {
        Mirror(reflecting: self).children.reduce(into: [:]) { secrets, child in
            guard let label = child.label, label.hasPrefix("_"), let option = child.value as? any BoundOption,
                option.isBound, let secret = option.boundValue as? Secret
            else { return }
            secrets[String(label.dropFirst()).snakeCased] = secret
        }
    }
}

extension Secret {
    /// The masked value with a digest: distinguishes secrets without revealing them.
    fileprivate var choice: String { "\(literal) \(digest)" }

    fileprivate var digest: String {
        var digest = CacheKeyDigest()
        digest.add("option")
        digest.add(revealed)
        return "(\(digest.key.text.prefix(8)))"
    }
}

/// An option of any type that has its value.
private protocol BoundOption: CustomStringConvertible {
    var boundValue: Any { get }
    /// Whether it has a value.
    var isBound: Bool { get }
    var place: Diagnostic.Place? { get }
}

extension Option: BoundOption {
    fileprivate var boundValue: Any { wrappedValue }
    fileprivate var isBound: Bool { !description.isEmpty }
    fileprivate var place: Diagnostic.Place? { projectedValue }
}
