/// Sorts items topologically, so that each follows those that it needs, in time proportional to the number of needs.
///
///     needs   0: –   1: [0, 2]   2: [0]   3: [3]
///     order   0  2  1            level by level, within a level as they were given
///     circle  3
struct DependencyOrder {
    /// The items that can be placed.
    let order: [Int]
    /// The items that need themselves, directly or through others; not those that merely need one of these.
    let circle: [Int]

    /// Computes the order.
    ///
    /// - Parameter needs: For each item, the indices of those that it needs; invalid indices are ignored.
    init(_ needs: [[Int]]) {
        var waitsFor = needs.map { $0.count { needs.indices.contains($0) } }
        var neededBy = [[Int]](repeating: [], count: needs.count)
        for (index, needed) in needs.enumerated() {
            for other in needed where needs.indices.contains(other) { neededBy[other].append(index) }
        }
        var order: [Int] = []
        var level = needs.indices.filter { waitsFor[$0] == 0 }
        while !level.isEmpty {
            order += level
            var next: [Int] = []
            for index in level {
                for other in neededBy[index] {
                    waitsFor[other] -= 1
                    if waitsFor[other] == 0 { next.append(other) }
                }
            }
            level = next.sorted()
        }
        self.order = order
        circle = order.count == needs.count ? [] : Self.circle(needs, waitsFor: waitsFor, neededBy: neededBy)
    }

    /// Of the items that could not be placed, those that another such item needs.
    private static func circle(_ needs: [[Int]], waitsFor: [Int], neededBy: [[Int]]) -> [Int] {
        var isInside = waitsFor.map { $0 > 0 }
        var readers = neededBy.map { others in others.count { isInside[$0] } }
        var outside = needs.indices.filter { isInside[$0] && readers[$0] == 0 }
        while let index = outside.popLast() {
            isInside[index] = false
            for other in needs[index] where needs.indices.contains(other) && isInside[other] {
                readers[other] -= 1
                if readers[other] == 0 { outside.append(other) }
            }
        }
        return needs.indices.filter { isInside[$0] }
    }
}
