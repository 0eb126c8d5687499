/// How to ask whether an answer that was kept still holds, instead of for the answer itself.
public struct Revalidation<Input: Sendable, Output: Sendable>: Sendable {
    /// What to call with to ask about a kept answer; nil if it has nothing to ask by.
    public let asking: @Sendable (Input, _ kept: Output) -> Input?
    /// The kept answer as it holds from now on, if what came says that it still does; nil if a new answer came.
    public let renewing: @Sendable (_ kept: Output, _ answer: Output) -> Output?

    /// A way of asking.
    ///
    /// - Parameters:
    ///   - asking: What to call with to ask about a kept answer; nil if it has nothing to ask by.
    ///   - renewing: The kept answer as it holds from now on, if what came says that it still does; else nil.
    public init(
        asking: @escaping @Sendable (Input, _ kept: Output) -> Input?,
        renewing: @escaping @Sendable (_ kept: Output, _ answer: Output) -> Output?
    ) {
        self.asking = asking
        self.renewing = renewing
    }
}
