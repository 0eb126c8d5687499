internal import PluginKit

extension Cache.Options {
    /// Makes the store that they ask for.
    ///
    /// Nothing is opened and nobody asked: that is for the first call.
    ///
    /// - Throws: what the store cannot do, at the option that asks for it.
    func makeStore(in context: StageContext) throws(Diagnostic) -> any CacheStore {
        switch store {
        case .memory: MemoryCache(policy, entryLimit: maxEntries, byteLimit: maxSize.bytes)
        case .disk, .tiered, .redis:
            throw Diagnostic(
                "cache.store",
                "the cache cannot keep answers in '\(store.rawValue)' yet",
                at: $store,
                hint: "store = \"memory\""
            )
        }
    }

    /// What layers have to agree on to keep their answers together.
    var storeIdentity: String { "\(store.rawValue) \(policy.rawValue) \(maxEntries) \(maxSize.bytes)" }
}
