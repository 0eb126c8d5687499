/// How to check whether a cached answer is still valid, instead of requesting it again.
public struct Revalidation<Input: Sendable, Output: Sendable>: Sendable {
    /// The input of the call that checks a cached answer; nil if the answer has no validator.
    public let asking: @Sendable (Input, _ kept: Output) -> Input?
    /// The cached answer with a new lifetime, if the response confirms it; nil if the response is a new answer.
    public let renewing: @Sendable (_ kept: Output, _ answer: Output) -> Output?

    /// A way to check cached answers.
    ///
    /// - Parameters:
    ///   - asking: The input of the call that checks a cached answer; nil if the answer has no validator.
    ///   - renewing: The cached answer with a new lifetime, if the response confirms it; nil if the response is a new
    ///     answer.
    public init(
        asking: @escaping @Sendable (Input, _ kept: Output) -> Input?,
        renewing: @escaping @Sendable (_ kept: Output, _ answer: Output) -> Output?
    ) {
        self.asking = asking
        self.renewing = renewing
    }
}
