/// The exchanges with one server: those under way, and those that wait for their turn, in order.
struct ExchangeQueue {
    private var running = 0
    private var waiting: [CurlExchange] = []
    /// How many of `waiting` have already left.
    private var taken = 0

    /// Adds an exchange.
    ///
    /// - Parameters:
    ///   - exchange: The exchange.
    ///   - limit: How many may be under way.
    /// - Returns: Whether it begins now; if not, it waits.
    mutating func enter(_ exchange: CurlExchange, limit: Int) -> Bool {
        if running < limit {
            running += 1
            return true
        }
        waiting.append(exchange)
        return false
    }

    /// Removes one of those under way.
    ///
    /// - Returns: The exchange that begins now; nil if none waits.
    mutating func leave() -> CurlExchange? {
        while taken < waiting.count {
            let next = waiting[taken]
            taken += 1
            if taken > 64, taken * 2 > waiting.count {
                waiting.removeFirst(taken)
                taken = 0
            }
            if !next.isOver { return next }
        }
        (waiting, taken) = ([], 0)
        running -= 1
        return nil
    }

    /// Whether no exchange is under way, and so none waits.
    var isEmpty: Bool { running == 0 }
}
