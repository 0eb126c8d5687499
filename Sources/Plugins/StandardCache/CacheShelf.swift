internal import PluginKit

/// What the layers of one name use together: the answers, and who fetches which.
final class CacheShelf: Sendable {
    let store: any CacheStore
    let flights = Flights()
    let pauses = RefreshPauses()
    /// Whether the store was asked whether it can be of use.
    let isOpen = Guarded(false)

    init(_ store: any CacheStore) { self.store = store }
}
