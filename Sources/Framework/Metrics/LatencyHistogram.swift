/// The durations of calls: counts in buckets whose width is at most 1.6 % of the values in them.
///
/// The number of a bucket is the position of the highest bit and the six bits after it, so no logarithm is needed, and
/// the middle of a bucket differs by at most 0.8 % from any value in it. Histograms are merged by adding their counts.
public struct LatencyHistogram: Sendable, Hashable {
    private static let stepBits = 6
    private static let steps = 1 << stepBits

    /// The last bucket contains everything beyond 2^42 nanoseconds, which is more than an hour.
    private static let highestBit = 42
    private var counts = [UInt32](repeating: 0, count: (highestBit - stepBits + 2) * steps)
    /// The number of calls.
    public private(set) var count = 0
    /// The total time in nanoseconds.
    public private(set) var sum: Int64 = 0
    /// The longest time in nanoseconds.
    public private(set) var longest: Int64 = 0

    /// Creates an empty histogram.
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

    /// The time, in seconds, that a share of the calls did not exceed; 0 if there were no calls.
    ///
    /// - Parameter share: From 0 to 1: 0.5 is the median.
    /// - Returns: The middle of the bucket of that call, with an error of at most 0.8 %.
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

    /// How many calls took at most a time.
    ///
    /// - Parameter seconds: The time; its own bucket counts if the middle of the bucket is within the time.
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
        // Each small value has a bucket of its own.
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
