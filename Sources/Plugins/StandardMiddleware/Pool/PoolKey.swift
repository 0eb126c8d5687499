import PluginKit

/// Which calls of a pool run one after the other.
package enum PoolKey: String, CaseIterable, OptionValue {
    /// Calls of the same stage.
    case stage
    /// Calls for the same page of a source.
    case cursor
    /// HTTP requests to the same server.
    case host

    /// The key of a call; nil if the call has none.
    func text<Input: Sendable, Output: Sendable>(of call: Call<Input, Output>) -> String? {
        switch self {
        case .stage: call.stage
        case .cursor: call.kind == .page ? (call.input as? String?).map { "\(call.stage) \($0 ?? "")" } : nil
        case .host: (call.input as? HTTPRequest)?.url.host
        }
    }
}
