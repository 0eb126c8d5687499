/// What the layers of one name use together: the answers, and who fetches which.
final class CacheShelf: Sendable {
    let store: any CacheStore
    let flights = Flights()
    let pauses = RefreshPauses()

    init(_ store: any CacheStore) { self.store = store }
}
