internal import PluginKit

/// What the layers of one name share: the store, and the fetches in progress.
final class CacheShelf: Sendable {
    let store: any CacheStore
    let flights = SingleFlight()
    let pauses = RefreshPauses()
    /// Whether the store was opened.
    let isOpen = Locked(false)

    init(_ store: any CacheStore) { self.store = store }
}
