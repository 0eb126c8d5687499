/// A layer that lets calls in and sees them out, and leaves the calls themselves alone: a pool, a limiter, a counter.
///
/// What it does in `handle` is done without waiting wherever it can be: then neither closure nor task has to be made for
/// it, and several gates behind each other take as long as one other layer.
///
///     handle      let in, as soon as it may ──→ next ──→ leave
///     the stack   enterAtOnce ─────────────────→ next ──→ leave       nil: handle
public protocol Gate: Middleware {
    /// Lets a call in at once.
    ///
    /// It is asked only about calls of the kinds in `calls`.
    ///
    /// - Parameter call: The call.
    /// - Returns: What `leave` is to know; nil if the call has to wait, or fail, or needs something round it, which is up
    ///   to `handle` then.
    func enterAtOnce<Input: Sendable, Output: Sendable>(_ call: Call<Input, Output>) -> GatePass?

    /// Sees a call out that was let in at once.
    ///
    /// - Parameters:
    ///   - pass: What `enterAtOnce` has returned.
    ///   - kind: What the call did.
    ///   - error: What it has thrown; nil if it was answered.
    func leave(_ pass: GatePass, _ kind: CallKind, _ error: (any Error)?)
}

/// What a gate wants to know when a call leaves.
public struct GatePass: Sendable {
    /// A moment, in nanoseconds of its clock.
    public var moment: Int64
    /// A number.
    public var number: Int
    /// A name.
    public var key: String?

    /// What a gate wants to know.
    public init(moment: Int64 = 0, number: Int = 0, key: String? = nil) {
        self.moment = moment
        self.number = number
        self.key = key
    }
}
