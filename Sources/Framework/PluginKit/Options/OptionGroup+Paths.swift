package import Diagnostics

extension OptionGroup {
    /// The files that the options say are written, each with where that is said: nil if a default says it.
    package var outputPaths: [(path: OutputPath, place: Diagnostic.Place?)] {
        Mirror(reflecting: self).children.compactMap { child in
            guard let option = child.value as? any BoundOption, let path = option.boundValue as? OutputPath else {
                return nil
            }
            return (path, option.place)
        }
    }

    /// The values of the options as they would stand in a file, by their names; empty for one that was left out, and a
    /// secret stands as `•••`.
    package var literals: [String: String] {
        Mirror(reflecting: self).children.reduce(into: [:]) { literals, child in
            // The storage of a wrapped property `pageSize` is called `_pageSize`.
            guard let label = child.label, label.hasPrefix("_"), let option = child.value as? any BoundOption else {
                return
            }
            literals[String(label.dropFirst()).snakeCased] = option.description
        }
    }
}

extension OptionGroup {
    /// The options that decide which records a source has and are not at their defaults, as they would stand in a file, by
    /// their names.
    ///
    /// A default is left out, so that an option which a later version adds changes nothing. Of a secret there is a digest.
    package var choices: [String: String] {
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
                choices[definition.name] = literal
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
    /// What tells it from others, and gives nothing away.
    fileprivate var choice: String {
        var digest = CacheKeyDigest()
        digest.add("option")
        digest.add(revealed)
        return "\(literal) (\(digest.key.text.prefix(8)))"
    }
}

/// An option of any type, once it has its value.
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
