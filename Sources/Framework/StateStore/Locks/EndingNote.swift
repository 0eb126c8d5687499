internal import Database
internal import Glibc
internal import Synchronization

/// Where a process notes the signal that ends it, when there is no time to record how its run ended: in the file of the
/// lock that it holds.
///
/// A handler of signals may note it: nothing here waits or takes memory.
package enum EndingNote {
    /// The file of the lock that was taken last, in the lower half, and the length of its text.
    private static let place = Atomic<Int64>(-1)

    /// Has what follows be noted in the file of a lock.
    static func begin(_ descriptor: Int32, after length: Int) {
        place.store(Int64(descriptor) | Int64(length) << 32, ordering: .relaxed)
    }

    /// Has nothing be noted in this file any more; before it is closed.
    static func end(_ descriptor: Int32) {
        let before = place.load(ordering: .relaxed)
        guard before >= 0, Int32(truncatingIfNeeded: before) == descriptor else { return }
        _ = place.compareExchange(expected: before, desired: -1, ordering: .relaxed)
    }

    /// Shortens the waits for another process that is writing: this one is to end.
    package static func hurry() { BusyPatience.end() }

    /// Makes sure that a handler finds everything in its place.
    package static func prepare() { _ = place.load(ordering: .relaxed) }

    /// Notes a signal, if a lock is held.
    ///
    /// - Parameter signal: Its number, from 1 to 99.
    package static func note(_ signal: Int32) {
        let place = place.load(ordering: .relaxed)
        guard place >= 0, 1...99 ~= signal else { return }
        let tens = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: signal / 10)
        let ones = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: signal % 10)
        // `signal 02` and a line break.
        var text = (
            UInt8(ascii: "s"), UInt8(ascii: "i"), UInt8(ascii: "g"), UInt8(ascii: "n"), UInt8(ascii: "a"),
            UInt8(ascii: "l"), UInt8(ascii: " "), tens, ones, UInt8(ascii: "\n")
        )
        _ = pwrite(Int32(truncatingIfNeeded: place), &text, 10, off_t(place >> 32))
    }
}
