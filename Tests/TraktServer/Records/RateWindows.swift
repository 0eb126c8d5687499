/// Counts requests against the limit, window after window.
struct RateWindows {
    /// All windows, in the order of their beginning.
    private(set) var all: [LimitWindow] = []
    private var latest: [String: Int] = [:]

    /// What became of a request.
    struct Verdict {
        let isAllowed: Bool
        let window: LimitWindow
    }

    /// Counts a request; a window begins with the first request behind the end of the one before.
    mutating func count(_ name: String, at now: Int64, limit: Int, period: Int64) -> Verdict {
        let index: Int
        if let place = latest[name], now < all[place].end {
            index = place
        } else {
            index = all.count
            latest[name] = index
            all.append(LimitWindow(name: name, start: now, end: now + period, limit: limit))
        }
        let isAllowed = all[index].allowed < limit
        if isAllowed { all[index].allowed += 1 } else { all[index].refused += 1 }
        return Verdict(isAllowed: isAllowed, window: all[index])
    }
}
