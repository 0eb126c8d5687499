/// What a layer does that matters for where it stands among others; see `Middleware.order`.
///
/// The cases stand in the order in which layers should, outermost first.
public enum LayerOrder: Sendable, CaseIterable {
    /// It makes calls again, and pauses before.
    case `repeat`
    /// It has a call wait for its moment.
    case pace
    /// It lets so many calls in at the same time.
    case admit
    /// It makes no calls for a time, because of how others have ended.
    case spare
    /// It gives up a call that takes too long.
    case limit

    /// Why a layer that does this should not stand inside of one that does the other; nil if it may.
    public func objection(inside outer: LayerOrder) -> String? {
        switch (self, outer) {
        case (.repeat, .admit): "the place is kept while it pauses, and another call could have it"
        case (.repeat, .pace): "what it makes again is not counted"
        case (.pace, .admit): "the place is kept while a call waits for its moment"
        case (.repeat, .spare): "it hears of a failure only after all attempts"
        case (.pace, .limit): "the time is running while a call waits for its moment"
        case (.admit, .limit): "the time is running while a call waits for a place"
        case (.spare, .limit): "the time is running while no call is made"
        case (.repeat, .limit): "all attempts and the pauses between them share one limit of time"
        default: nil
        }
    }
}
