internal import Synchronization

/// The secrets in a text, searched for on first use: most texts are never shown.
///
/// All copies of a text share one object, so that a name added by one stage applies to every excerpt.
final class SecretPlaces: Sendable {
    private struct State {
        var names: Set<String> = []
        var isDamaged = false
        /// Nil until first use, and after a name was added.
        var found: SecretScan.Findings?
        /// The concealments for messages: for findings about one of the secrets and for others.
        var concealments: [Bool: Concealment] = [:]
    }

    private let state = Mutex(State())

    /// Adds a name whose values are secrets.
    func add(_ name: String) {
        state.withLock { state in
            if state.names.insert(name).inserted { (state.found, state.concealments) = (nil, [:]) }
        }
    }

    /// Records that the text could not be parsed.
    func noteDamage() {
        state.withLock { state in
            if !state.isDamaged { (state.isDamaged, state.found, state.concealments) = (true, nil, [:]) }
        }
    }

    /// The concealment for messages; created once, since a text can have thousands of secrets.
    func concealment(in bytes: [UInt8], isAboutThem: Bool) -> Concealment {
        let ranges = findings(in: bytes).ranges
        return state.withLock { state in
            if let made = state.concealments[isAboutThem] { return made }
            let texts = ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
            let made = Concealment(texts, isAboutThem: isAboutThem)
            state.concealments[isAboutThem] = made
            return made
        }
    }

    /// The secrets in the text.
    func findings(in bytes: [UInt8]) -> SecretScan.Findings {
        state.withLock { state in
            if let found = state.found { return found }
            let found = SecretScan(bytes, names: state.names, isDamaged: state.isDamaged).findings()
            state.found = found
            return found
        }
    }
}

extension SourceText {
    /// Excerpts and messages show dots for values of this name from now on.
    ///
    /// Names that look like those of secrets need not be added; see `SecretName`.
    public func conceal(valuesOf name: String) { secrets.add(name) }

    /// Excerpts and messages show dots for everything after the name of a secret in its line from now on: the text
    /// could not be parsed, so the end of a value is unknown.
    public func noteDamage() { secrets.noteDamage() }

    /// Whether values of this name are secrets here, by the name or because a secret is composed of them.
    ///
    /// - Parameter name: The name of an option or a variable.
    /// - Returns: Whether they must not be shown.
    public func conceals(valuesOf name: String) -> Bool {
        SecretName.matches(name) || secrets.findings(in: bytes).names.contains(name)
    }

    /// The ranges that are shown as dots, in order.
    var secretRanges: [Range<Int>] { secrets.findings(in: bytes).ranges }
}
