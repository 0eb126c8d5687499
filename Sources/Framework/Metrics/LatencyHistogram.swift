/// How long calls took: counts in buckets that are never wider than 1.6 % of what lies in them.
///
/// A bucket's number is the position of the highest bit and the six bits behind it, so finding it takes no logarithm, and
/// the middle of a bucket is at most 0.8 % away from any value in it. Two histograms are merged by adding their counts.
public struct LatencyHistogram: Sendable, Hashable {
    private static let stepBits = 6
    private static let steps = 1 << stepBits

    /// Nanoseconds; the last bucket takes everything beyond 2^42 of them, which is more than an hour.
    private static let highestBit = 42
    private var counts = [UInt32](repeating: 0, count: (highestBit - stepBits + 2) * steps)
    /// How many calls there were.
    public private(set) var count = 0
    /// The time of all of them together, in nanoseconds.
    public private(set) var sum: Int64 = 0
    /// The longest, in nanoseconds.
    public private(set) var longest: Int64 = 0

    /// No call yet.
    public init() {}

    /// Adds a call.
    public mutating func add(_ time: Duration) { add(nanoseconds: time.nanoseconds) }

    /// Adds a call.
    public mutating func add(nanoseconds: Int64) {
        let nanoseconds = max(0, nanoseconds)
        counts[Self.bucket(of: nanoseconds)] &+= 1
        count += 1
        sum &+= nanoseconds
        longest = max(longest, nanoseconds)
    }

    /// Adds the calls of another histogram.
    public mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        count += other.count
        sum &+= other.sum
        longest = max(longest, other.longest)
    }

    /// The time, in seconds, that a share of the calls did not exceed; 0 if there was none.
    ///
    /// - Parameter share: From 0 to 1: 0.5 is the median.
    /// - Returns: The middle of the bucket that the call lies in, at most 0.8 % off.
    public func quantile(_ share: Double) -> Double {
        guard count > 0 else { return 0 }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, number) in counts.enumerated() where number > 0 {
            seen += Int(number)
            if seen >= rank { return min(Self.middle(of: index), Double(longest)) / 1e9 }
        }
        return Double(longest) / 1e9
    }

    /// How many calls took no longer than a time.
    ///
    /// - Parameter seconds: The time; a bucket that it lies in counts if its middle does.
    /// - Returns: The number of calls.
    public func count(upTo seconds: Double) -> Int {
        let limit = seconds * 1e9
        var total = 0
        for (index, number) in counts.enumerated() where number > 0 && Self.middle(of: index) <= limit {
            total += Int(number)
        }
        return total
    }

    private static func bucket(of value: Int64) -> Int {
        // Small values have a bucket of their own each.
        guard value >= Int64(steps) else { return Int(value) }
        let bit = Int64.bitWidth - 1 - value.leadingZeroBitCount
        guard bit <= highestBit else { return (highestBit - stepBits + 2) * steps - 1 }
        let step = Int(value >> Int64(bit - stepBits)) & (steps - 1)
        return (bit - stepBits + 1) * steps + step
    }

    private static func middle(of bucket: Int) -> Double {
        guard bucket >= steps else { return Double(bucket) }
        let shift = bucket / steps - 1
        let low = Double((bucket % steps) | steps) * Double(1 << shift)
        return low + Double(1 << shift) / 2
    }
}
