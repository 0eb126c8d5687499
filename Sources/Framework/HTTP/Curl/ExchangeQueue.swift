/// The exchanges with one server: those under way, and those that wait for their turn, in order.
struct ExchangeQueue {
    private var running = 0
    private var waiting: [CurlExchange] = []
    /// How many of `waiting` have already left.
    private var gone = 0

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
        while gone < waiting.count {
            let next = waiting[gone]
            gone += 1
            if gone > 64, gone * 2 > waiting.count {
                waiting.removeFirst(gone)
                gone = 0
            }
            if !next.isOver { return next }
        }
        (waiting, gone) = ([], 0)
        running -= 1
        return nil
    }

    /// Whether no exchange is under way, and so none waits.
    var isEmpty: Bool { running == 0 }
}
