internal import PluginKit

/// What decides which records a source delivers: its plugin, the options that select records, and what the source
/// itself states.
///
/// As text, it has a line for each part, sorted: `user = "anna"`.
package struct SourceIdentity: Sendable, Hashable {
    /// The parts by their names, each as written in a file.
    let parts: [String: String]

    /// The identity of a source.
    ///
    /// - Parameters:
    ///   - source: The source; it may have to ask a server.
    ///   - choices: The options that select records and do not have their defaults.
    /// - Throws: What the source throws.
    init<S: Source>(of source: S, choices: [String: String]) async throws {
        var parts = choices
        for (name, value) in try await source.identity { parts[name] = value.quoted }
        parts["use"] = S.name.quoted
        self.parts = parts
    }

    /// The identity that a text states.
    package init(_ text: String) {
        parts = text.split(separator: "\n").reduce(into: [:]) { parts, line in
            guard let range = line.firstRange(of: " = ") else { return }
            parts[String(line[..<range.lowerBound])] = String(line[range.upperBound...])
        }
    }

    /// The parts in lines, sorted by name.
    package var text: String {
        parts.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n")
    }

    /// A digest of the text.
    package var digest: String {
        var digest = CacheKeyDigest()
        digest.add("identity")
        digest.add(text)
        return digest.key.text
    }

    /// The differences as text: `user = "anna" before, user = "bert" now`.
    ///
    /// - Parameter earlier: The earlier identity.
    /// - Returns: Both, as text.
    package func difference(from earlier: SourceIdentity) -> String {
        let names = Set(parts.keys).union(earlier.parts.keys).sorted().filter { parts[$0] != earlier.parts[$0] }
        func words(_ identity: SourceIdentity) -> String {
            names.map { name in identity.parts[name].map { "\(name) = \($0)" } ?? "no '\(name)'" }.joined(
                separator: ", "
            )
        }
        return "\(words(earlier)) before, \(words(self)) now"
    }
}
