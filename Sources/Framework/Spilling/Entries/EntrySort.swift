internal import Glibc

/// Sorts entries by their keys, stable, eight bytes of the keys at a time.
///
/// Entries are distributed by the first of these bytes in which they differ, then each part by the next one. Where all
/// eight are equal, the next eight are read. So a key is read once for each eight bytes that are needed, whereas a
/// comparison would read two keys each time.
struct EntrySort {
    private typealias Place = EntryArena.Place

    /// Entries that are equal up to a position of their keys; their windows begin there.
    private struct Task {
        let rows: Range<Int>
        let position: Int
    }

    private let bases: UnsafeBufferPointer<UnsafePointer<UInt8>>
    private let places: UnsafeMutableBufferPointer<EntryArena.Place>
    private let scratch: UnsafeMutableBufferPointer<EntryArena.Place>

    /// So few are sorted by comparing.
    private static let few = 24

    /// Sorts the entries of an arena.
    static func sort(_ arena: inout EntryArena) {
        guard arena.places.count > 1 else { return }
        var places = arena.places
        arena.places = []
        arena.withChunks { bases in
            places.withUnsafeMutableBufferPointer { places in
                let scratch = UnsafeMutableBufferPointer<EntryArena.Place>.allocate(capacity: places.count)
                defer { scratch.deallocate() }
                EntrySort(bases: bases, places: places, scratch: scratch).run()
            }
        }
        arena.places = places
    }

    private func run() {
        var tasks = [Task(rows: 0..<places.count, position: 0)]
        while let task = tasks.popLast() {
            guard task.rows.count > Self.few else {
                insert(task)
                continue
            }
            let first = places[task.rows.lowerBound].window
            var difference: UInt64 = 0
            for row in task.rows { difference |= places[row].window ^ first }
            if difference == 0 {
                // If one key ends here, all do: no key is the beginning of another one.
                guard count(places[task.rows.lowerBound]) > task.position + 8 else { continue }
                for row in task.rows { places[row].window = window(places[row], at: task.position + 8) }
                tasks.append(Task(rows: task.rows, position: task.position + 8))
            } else {
                distribute(task, by: UInt64(63 - difference.leadingZeroBitCount) & ~7, into: &tasks)
            }
        }
    }

    private func distribute(_ task: Task, by shift: UInt64, into tasks: inout [Task]) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { next in
            next.initialize(repeating: 0)
            for row in task.rows { next[Int(truncatingIfNeeded: places[row].window &>> shift & 255)] &+= 1 }
            var start = task.rows.lowerBound
            for byte in 0..<256 {
                let count = next[byte]
                next[byte] = start
                if count > 1 { tasks.append(Task(rows: start..<start + count, position: task.position)) }
                start += count
            }
            for row in task.rows {
                let place = places[row]
                let byte = Int(truncatingIfNeeded: place.window &>> shift & 255)
                scratch[next[byte]] = place
                next[byte] &+= 1
            }
        }
        for row in task.rows { places[row] = scratch[row] }
    }

    private func insert(_ task: Task) {
        for row in task.rows.dropFirst() {
            let place = places[row]
            var target = row
            while target > task.rows.lowerBound, precedes(place, places[target - 1], from: task.position) {
                places[target] = places[target - 1]
                target -= 1
            }
            places[target] = place
        }
    }

    @inline(__always)
    private func precedes(_ left: Place, _ right: Place, from position: Int) -> Bool {
        guard left.window == right.window else { return left.window < right.window }
        let (leftCount, rightCount) = (count(left) - position - 8, count(right) - position - 8)
        guard leftCount > 0, rightCount > 0 else { return false }
        return memcmp(key(left) + position + 8, key(right) + position + 8, min(leftCount, rightCount)) < 0
    }

    @inline(__always)
    private func key(_ place: Place) -> UnsafePointer<UInt8> {
        bases[Int(place.chunk)] + Int(place.offset) + EntryArena.header
    }

    @inline(__always)
    private func count(_ place: Place) -> Int {
        Int(UnsafeRawPointer(bases[Int(place.chunk)] + Int(place.offset)).loadUnaligned(as: UInt32.self))
    }

    @inline(__always)
    private func window(_ place: Place, at position: Int) -> UInt64 {
        EntryArena.window(of: key(place), count: count(place), at: position)
    }
}
