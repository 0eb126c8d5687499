/// Who has a place in a pool and who waits for one: what a pool knows, without clock and lock.
///
///     line     those who wait for nothing but a place, who came first in front
///     behind   for each key that somebody in the line or in a place has, those who wait for it to be free
///
/// When the last one with a key has left, the first behind it goes into the line, to where it belongs by its number.
struct PoolLine {
    /// Somebody who waits; whoever comes later has a greater number.
    struct Waiter {
        let number: Int
        let key: String?
    }

    /// How many places there are.
    var places: Int
    /// How many are in use.
    private(set) var inUse = 0
    /// How many wait.
    private(set) var waiting = 0
    private var line: [Waiter] = []
    /// Those who wait for a key; one that nobody waits for has an empty list.
    private var behind: [String: [Waiter]] = [:]

    init(places: Int) { self.places = places }

    /// Takes a place, if there is one and nobody has waited longer for it.
    mutating func enter(_ key: String?) -> Bool {
        guard inUse < places, line.isEmpty else { return false }
        if let key {
            guard behind[key] == nil else { return false }
            behind[key] = []
        }
        inUse += 1
        return true
    }

    /// Stands in line.
    mutating func wait(_ waiter: Waiter) {
        waiting += 1
        if let key = waiter.key, behind[key]?.append(waiter) != nil { return }
        if let key = waiter.key { behind[key] = [] }
        line.append(waiter)
    }

    /// Goes away before there was a place.
    mutating func goAway(_ waiter: Waiter) {
        waiting -= 1
        if let index = line.firstIndex(where: { $0.number == waiter.number }) {
            line.remove(at: index)
            free(waiter.key)
        } else if let key = waiter.key {
            behind[key]?.removeAll { $0.number == waiter.number }
        }
    }

    /// Gives a place back.
    mutating func leave(_ key: String?) {
        inUse -= 1
        free(key)
    }

    /// The next one, who takes a place; nil if there is none, or no place.
    mutating func next() -> Waiter? {
        guard inUse < places, !line.isEmpty else { return nil }
        inUse += 1
        waiting -= 1
        return line.removeFirst()
    }

    private mutating func free(_ key: String?) {
        guard let key, var others = behind[key] else { return }
        guard !others.isEmpty else {
            behind[key] = nil
            return
        }
        let first = others.removeFirst()
        behind[key] = others
        line.insert(first, at: line.firstIndex { $0.number > first.number } ?? line.count)
    }
}
