import PluginKit

/// Which calls of a pool are made one after the other.
package enum PoolKey: String, CaseIterable, OptionValue {
    /// Those of one stage.
    case stage
    /// Those for one page of a source.
    case cursor
    /// HTTP requests to one server.
    case host

    /// What calls have in common that are made one after the other; nil for a call that nothing is said of.
    func text<Input: Sendable, Output: Sendable>(of call: Call<Input, Output>) -> String? {
        switch self {
        case .stage: call.stage
        case .cursor: call.kind == .page ? (call.input as? String?).map { "\(call.stage) \($0 ?? "")" } : nil
        case .host: (call.input as? HTTPRequest)?.url.host
        }
    }
}
