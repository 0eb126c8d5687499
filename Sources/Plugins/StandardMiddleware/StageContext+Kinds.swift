import PluginKit

extension StageContext {
    /// The kinds of call that a layer is for.
    ///
    /// - Parameters:
    ///   - named: Those that its options name; nil if they leave it to the layer.
    ///   - others: Those of a stage that makes no HTTP requests.
    /// - Returns: What is named; otherwise the HTTP requests of a stage that makes such, since a page or a batch made of
    ///   many of them is no measure of anything; otherwise `others`.
    func kinds(_ named: [CallKind]?, otherwise others: Set<CallKind> = [.page, .batch, .write]) -> Set<CallKind> {
        if let named { return Set(named) }
        return makesExchanges ? [.exchange] : others
    }
}
