/// The places of a pool and the queue for them, without clock and lock.
///
///     line     calls that wait only for a place, the oldest first
///     queued   for each key in the line or in a place, the calls that wait for that key
///
/// When the last call with a key has left, the next one with that key moves into the line, in the order of numbers.
struct PoolLine {
    /// A waiting call; later calls have greater numbers.
    struct Waiter {
        let number: Int
        let key: String?
    }

    /// The number of places.
    var places: Int
    /// The number of places in use.
    private(set) var inUse = 0
    /// The number of calls waiting.
    private(set) var waiting = 0
    private var line: [Waiter] = []
    /// The calls that wait for a key; the list is empty if no call waits for it.
    private var queued: [String: [Waiter]] = [:]

    init(places: Int) { self.places = places }

    /// Takes a place if one is free and no call has waited longer for it.
    mutating func enter(_ key: String?) -> Bool {
        guard inUse < places, line.isEmpty else { return false }
        if let key {
            guard queued[key] == nil else { return false }
            queued[key] = []
        }
        inUse += 1
        return true
    }

    /// Adds a call to the queue.
    mutating func wait(_ waiter: Waiter) {
        waiting += 1
        if let key = waiter.key, queued[key]?.append(waiter) != nil { return }
        if let key = waiter.key { queued[key] = [] }
        line.append(waiter)
    }

    /// Removes a call that was cancelled before it got a place.
    mutating func goAway(_ waiter: Waiter) {
        waiting -= 1
        if let index = line.firstIndex(where: { $0.number == waiter.number }) {
            line.remove(at: index)
            free(waiter.key)
        } else if let key = waiter.key {
            queued[key]?.removeAll { $0.number == waiter.number }
        }
    }

    /// Gives a place back.
    mutating func leave(_ key: String?) {
        inUse -= 1
        free(key)
    }

    /// The next call that gets a place; nil if no call waits or no place is free.
    mutating func next() -> Waiter? {
        guard inUse < places, !line.isEmpty else { return nil }
        inUse += 1
        waiting -= 1
        return line.removeFirst()
    }

    private mutating func free(_ key: String?) {
        guard let key, var others = queued[key] else { return }
        guard !others.isEmpty else {
            queued[key] = nil
            return
        }
        let first = others.removeFirst()
        queued[key] = others
        line.insert(first, at: line.firstIndex { $0.number > first.number } ?? line.count)
    }
}
