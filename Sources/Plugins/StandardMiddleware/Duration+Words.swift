internal import PluginKit

extension Duration {
    /// The duration as text for messages: `250 ms`, `1.5 s`, `12 min`.
    var words: String { inWords }
}
