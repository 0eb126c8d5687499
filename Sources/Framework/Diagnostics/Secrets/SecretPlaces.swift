internal import Synchronization

/// Where a text has secrets, looked for when somebody first asks: most texts are never shown.
///
/// All copies of a text share one, so that what one stage knows about a name holds for every excerpt.
final class SecretPlaces: Sendable {
    private struct State {
        var names: Set<String> = []
        var isDamaged = false
        /// Nil until somebody asks, and again after another name.
        var found: SecretScan.Findings?
        /// What hides the found secrets in messages, of findings about one of them and of others.
        var concealments: [Bool: Concealment] = [:]
    }

    private let state = Mutex(State())

    /// Adds a name whose values are secrets.
    func add(_ name: String) {
        state.withLock { state in
            if state.names.insert(name).inserted { (state.found, state.concealments) = (nil, [:]) }
        }
    }

    /// Notes that the text could not be parsed.
    func noteDamage() {
        state.withLock { state in
            if !state.isDamaged { (state.isDamaged, state.found, state.concealments) = (true, nil, [:]) }
        }
    }

    /// What hides the secrets of the text in messages; made once, since a text can have thousands of them.
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

    /// What is secret in the text.
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
    /// From now on, excerpts and messages show dots for what stands under this name.
    ///
    /// Names that look like a secret's need not be named; see `SecretName`.
    public func conceal(valuesOf name: String) { secrets.add(name) }

    /// From now on, excerpts and messages show dots for all that stands after the name of a secret in its line: the text
    /// could not be parsed, so nothing says where a value ends.
    public func noteDamage() { secrets.noteDamage() }

    /// Whether values of this name are secrets here: by the name, or because a secret is made of them.
    ///
    /// - Parameter name: The name of an option or a variable.
    /// - Returns: Whether they are shown to nobody.
    public func conceals(valuesOf name: String) -> Bool {
        SecretName.matches(name) || secrets.findings(in: bytes).names.contains(name)
    }

    /// The stretches that are shown as dots, in their order.
    var secretRanges: [Range<Int>] { secrets.findings(in: bytes).ranges }
}
