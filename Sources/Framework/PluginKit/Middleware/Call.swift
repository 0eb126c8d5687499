/// One call of a stage, as layers pass it on to each other.
public struct Call<Input: Sendable, Output: Sendable>: Sendable {
    /// The parts of a call other than its kind.
    ///
    /// A class, so that passing a call on copies one pointer, whatever its types are.
    @usableFromInline
    final class Subject: Sendable {
        @usableFromInline let input: Input
        @usableFromInline let identity: CacheIdentity<Output>?
        @usableFromInline let revalidation: Revalidation<Input, Output>?

        @inlinable
        init(_ input: Input, identity: CacheIdentity<Output>?, revalidation: Revalidation<Input, Output>?) {
            self.input = input
            self.identity = identity
            self.revalidation = revalidation
        }
    }

    /// What the call does.
    public let kind: CallKind
    /// The name of the calling stage in the pipeline file.
    public let stage: String
    /// Whether the call may be repeated.
    ///
    /// A call of a stage with a memory may not: the memory has changed even if the call failed. A layer that gives up
    /// such a call has to wait for its end.
    public let isRepeatable: Bool
    @usableFromInline var subject: Subject

    /// Creates a call.
    ///
    /// - Parameters:
    ///   - kind: What it does.
    ///   - stage: The stage that calls.
    ///   - input: The argument.
    ///   - isRepeatable: Whether it may be repeated.
    ///   - identity: The identity of the answer and its form in a cache.
    ///   - revalidation: How to check whether a cached answer is still valid.
    @inlinable
    public init(
        _ kind: CallKind,
        stage: String,
        input: Input,
        isRepeatable: Bool = true,
        identity: CacheIdentity<Output>? = nil,
        revalidation: Revalidation<Input, Output>? = nil
    ) {
        self.kind = kind
        self.stage = stage
        self.isRepeatable = isRepeatable
        subject = Subject(input, identity: identity, revalidation: revalidation)
    }

    /// The argument of the call, such as a cursor or a batch.
    @inlinable public var input: Input {
        get { subject.input }
        set { subject = Subject(newValue, identity: identity, revalidation: revalidation) }
    }

    /// The identity of the answer and its form in a cache; nil if the answer must not be cached.
    @inlinable public var identity: CacheIdentity<Output>? { subject.identity }

    /// How to check whether a cached answer is still valid; nil if the only way is to request it again.
    @inlinable public var revalidation: Revalidation<Input, Output>? { subject.revalidation }
}
