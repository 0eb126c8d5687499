internal import Database
internal import Glibc
internal import Synchronization

/// Records the signal that ends a process when there is no time to record how its runs ended: in the files of the locks
/// that it holds.
///
/// It may be called in a signal handler: nothing here waits or allocates memory.
package enum EndingNote {
    /// Each held lock: its descriptor in the lower half, the length of its text in the upper; -1 for a free place.
    ///
    /// A process that runs more pipelines than this simultaneously leaves no note for the rest.
    private static let places = InlineArray<256, Atomic<Int64>> { _ in Atomic(-1) }

    /// Registers the file of a lock for notes.
    static func begin(_ descriptor: Int32, after length: Int) {
        let new = Int64(descriptor) | Int64(length) << 32
        for index in places.indices
        where places[index].compareExchange(expected: -1, desired: new, ordering: .relaxed).exchanged { return }
    }

    /// Unregisters the file of a lock; call it before closing.
    static func end(_ descriptor: Int32) {
        for index in places.indices {
            let place = places[index].load(ordering: .relaxed)
            guard place >= 0, Int32(truncatingIfNeeded: place) == descriptor else { continue }
            _ = places[index].compareExchange(expected: place, desired: -1, ordering: .relaxed)
        }
    }

    /// Shortens the waits for other writing processes, since this one is to end.
    package static func hurry() { BusyTimeout.end() }

    /// Initialises everything that a handler uses.
    package static func prepare() { _ = places[0].load(ordering: .relaxed) }

    /// Notes a signal in the file of each held lock.
    ///
    /// - Parameter signal: Its number, from 1 to 99.
    package static func note(_ signal: Int32) {
        guard 1...99 ~= signal else { return }
        let tens = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: signal / 10)
        let ones = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: signal % 10)
        // `signal 02` and a line break.
        var text = (
            UInt8(ascii: "s"), UInt8(ascii: "i"), UInt8(ascii: "g"), UInt8(ascii: "n"), UInt8(ascii: "a"),
            UInt8(ascii: "l"), UInt8(ascii: " "), tens, ones, UInt8(ascii: "\n")
        )
        for index in places.indices {
            let place = places[index].load(ordering: .relaxed)
            if place >= 0 { _ = pwrite(Int32(truncatingIfNeeded: place), &text, 10, off_t(place >> 32)) }
        }
    }
}
