/// A binary heap of numbers; the smallest is removed first.
struct SmallestFirst {
    private var heap: [Int]

    /// Creates a heap from an ascending list.
    init(_ ascending: [Int]) { heap = ascending }

    /// Adds a number.
    mutating func insert(_ number: Int) {
        heap.append(number)
        var place = heap.count - 1
        while place > 0, heap[(place - 1) / 2] > heap[place] {
            heap.swapAt((place - 1) / 2, place)
            place = (place - 1) / 2
        }
    }

    /// Removes the smallest number; nil if the heap is empty.
    mutating func popFirst() -> Int? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var place = 0
        while 2 * place + 1 < heap.count {
            let left = 2 * place + 1
            let least = left + 1 < heap.count && heap[left + 1] < heap[left] ? left + 1 : left
            guard heap[least] < heap[place] else { break }
            heap.swapAt(least, place)
            place = least
        }
        return first
    }
}
