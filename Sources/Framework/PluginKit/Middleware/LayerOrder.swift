/// The effect of a layer that decides where it belongs among other layers; see `Middleware.order`.
///
/// The cases are in the recommended order, outermost first.
public enum LayerOrder: Sendable, CaseIterable {
    /// It repeats calls, with a pause before each.
    case `repeat`
    /// It delays a call until a scheduled time.
    case pace
    /// It limits the number of simultaneous calls.
    case admit
    /// It stops calls for a time, depending on the results of earlier calls.
    case spare
    /// It gives up a call after a timeout.
    case limit

    /// Why a layer with this effect should not be inside of one with the other; nil if it may.
    public func objection(inside outer: LayerOrder) -> String? {
        switch (self, outer) {
        case (.repeat, .admit): "it occupies a slot during its pauses, which another call could use"
        case (.repeat, .pace): "the calls that it repeats are not counted"
        case (.pace, .admit): "a call occupies a slot while it waits for its turn"
        case (.repeat, .spare): "the outer layer learns of a failure only after all attempts"
        case (.pace, .limit): "the timeout includes the wait for a turn"
        case (.admit, .limit): "the timeout includes the wait for a slot"
        case (.spare, .limit): "the timeout includes the time in which no call is made"
        case (.repeat, .limit): "all attempts and the pauses between them share one timeout"
        default: nil
        }
    }
}
