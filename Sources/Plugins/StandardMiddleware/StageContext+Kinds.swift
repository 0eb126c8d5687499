import PluginKit

extension StageContext {
    /// The kinds of call that a layer handles.
    ///
    /// - Parameters:
    ///   - named: The kinds that its options name; nil for the default.
    ///   - others: The default for a stage that makes no HTTP requests.
    /// - Returns: `named` if it is not nil; otherwise HTTP requests for a stage that makes any, since a page or a batch
    ///   made of many requests is not a useful unit; otherwise `others`.
    func kinds(_ named: [CallKind]?, otherwise others: Set<CallKind> = [.page, .batch, .write]) -> Set<CallKind> {
        if let named { return Set(named) }
        return makesExchanges ? [.exchange] : others
    }
}
