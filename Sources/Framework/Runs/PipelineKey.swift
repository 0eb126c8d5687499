internal import Diagnostics
internal import StateStore

/// The name of a pipeline in the state, split into its parts to print commands that can be executed as shown.
///
///     films            sprocket run films                             sprocket state reset films
///     films @bert 2of8 sprocket run films --as bert --partition 2/8   sprocket state reset 'films @bert 2of8'
struct PipelineKey: Sendable {
    private let key: String
    private let name: Substring
    private let instance: Substring?
    private let part: Substring?

    /// The parts of a `RunIdentity.key`.
    init(_ key: String) {
        self.key = key
        var rest = key[...]
        part = RunStores.isPart(key) ? Self.lastWord(of: &rest) : nil
        // A pipeline name can contain blanks; the name of an instance cannot.
        let isInstance = rest.lastIndex(of: " ").map { rest[$0...].hasPrefix(" @") && rest[$0...].count > 2 } ?? false
        instance = isInstance ? Self.lastWord(of: &rest).dropFirst() : nil
        name = rest
    }

    /// The command that runs it.
    var run: String {
        var words = ["sprocket", "run", name.shellWord]
        if let instance { words += ["--as", instance.shellWord] }
        if let part { words += ["--partition", String(part.replacing("of", with: "/"))] }
        return words.joined(separator: " ")
    }

    /// The command that deletes its state.
    var reset: String { "sprocket state reset \(key.shellWord)" }

    private static func lastWord(of rest: inout Substring) -> Substring {
        guard let space = rest.lastIndex(of: " ") else { return "" }
        defer { rest = rest[..<space] }
        return rest[rest.index(after: space)...]
    }
}
