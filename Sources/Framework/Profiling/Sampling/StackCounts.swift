internal import Platform

/// How often each stack was seen.
struct StackCounts {
    /// Different stacks that are kept whole; of further ones only the innermost place is kept.
    ///
    /// A stack has at most 256 places of 8 bytes, so this is at most 25 MB.
    private static let limit = 12_000

    /// For each stack, its innermost place first, how many periods it stands for.
    private(set) var counts: [[UInt64]: Int] = [:]
    /// The periods of stacks that are not kept whole.
    private(set) var shortened = 0
    /// The periods for which no stack is known.
    private(set) var lost = 0

    /// Adds a stack.
    ///
    /// - Parameters:
    ///   - stack: Its places; at least one.
    ///   - weight: How many periods it stands for.
    mutating func add(_ stack: [UInt64], weight: Int) {
        if counts.count < Self.limit || counts[stack] != nil {
            counts[stack, default: 0] += weight
        } else if counts.count < 4 * Self.limit || counts[Array(stack.prefix(1))] != nil {
            counts[Array(stack.prefix(1)), default: 0] += weight
            shortened += weight
        } else {
            lose(weight)
        }
    }

    /// Adds samples that were taken and could not be kept.
    mutating func lose(_ weight: Int) { lost = lost.adding(clamped: weight) }
}
