internal import PluginKit

/// What the layers of one name use together: the answers, and who fetches which.
final class CacheShelf: Sendable {
    let store: any CacheStore
    let flights = SingleFlight()
    let pauses = RefreshPauses()
    /// Whether the store was asked whether it can be of use.
    let isOpen = Locked(false)

    init(_ store: any CacheStore) { self.store = store }
}
