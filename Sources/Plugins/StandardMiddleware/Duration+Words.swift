internal import PluginKit

extension Duration {
    /// The length as a message states it: `250 ms`, `1.5 s`, `12 min`.
    var words: String { inWords }
}
