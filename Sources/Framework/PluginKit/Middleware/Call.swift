/// One call of a stage, as layers hand it on to each other.
public struct Call<Input: Sendable, Output: Sendable>: Sendable {
    /// What a call has besides its kind: an object, so that handing a call on copies a pointer, whatever its types are.
    @usableFromInline
    final class Subject: Sendable {
        @usableFromInline let input: Input
        @usableFromInline let memo: CacheIdentity<Output>?
        @usableFromInline let revalidation: Revalidation<Input, Output>?

        @inlinable
        init(_ input: Input, memo: CacheIdentity<Output>?, revalidation: Revalidation<Input, Output>?) {
            self.input = input
            self.memo = memo
            self.revalidation = revalidation
        }
    }

    /// What it does.
    public let kind: CallKind
    /// The name of the stage that makes the call, as in the pipeline file.
    public let stage: String
    /// Whether it may be made again.
    ///
    /// A call of a stage with a memory may not: the memory has changed, even if the call has failed. A layer that gives up
    /// such a call has to wait for its end.
    public let isRepeatable: Bool
    @usableFromInline var subject: Subject

    /// A call.
    ///
    /// - Parameters:
    ///   - kind: What it does.
    ///   - stage: The stage that calls.
    ///   - input: What it is called with.
    ///   - isRepeatable: Whether it may be made again.
    ///   - memo: The identity of the answer and its form in a cache.
    ///   - revalidation: How to ask whether an answer that was kept still holds.
    @inlinable
    public init(
        _ kind: CallKind,
        stage: String,
        input: Input,
        isRepeatable: Bool = true,
        memo: CacheIdentity<Output>? = nil,
        revalidation: Revalidation<Input, Output>? = nil
    ) {
        self.kind = kind
        self.stage = stage
        self.isRepeatable = isRepeatable
        subject = Subject(input, memo: memo, revalidation: revalidation)
    }

    /// The argument of the call, such as a cursor or a batch.
    @inlinable public var input: Input {
        get { subject.input }
        set { subject = Subject(newValue, memo: memo, revalidation: revalidation) }
    }

    /// The identity of the answer and its form in a cache; nil if the answer must not be reused.
    @inlinable public var memo: CacheIdentity<Output>? { subject.memo }

    /// How to ask whether an answer that was kept still holds; nil if it can only be asked for.
    @inlinable public var revalidation: Revalidation<Input, Output>? { subject.revalidation }
}
