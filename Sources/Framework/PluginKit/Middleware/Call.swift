/// One call of a stage.
///
/// Layers hand it on to each other, so it is small and its size does not depend on what it is called with: copying it
/// takes no look at types.
public struct Call<Input: Sendable, Output: Sendable>: Sendable {
    /// What does not change on the way.
    @usableFromInline
    final class Subject: Sendable {
        @usableFromInline let input: Input
        @usableFromInline let memo: Memo<Output>?
        @usableFromInline let revalidation: Revalidation<Input, Output>?

        @inlinable
        init(_ input: Input, _ memo: Memo<Output>?, _ revalidation: Revalidation<Input, Output>?) {
            self.input = input
            self.memo = memo
            self.revalidation = revalidation
        }
    }

    /// What it does.
    public let kind: CallKind
    /// The stage that calls.
    public let stage: String
    /// Whether it may wait for something, and can be given up while it does; see `Plugin.suspends`.
    public let suspends: Bool
    @usableFromInline var subject: Subject

    /// A call.
    ///
    /// - Parameters:
    ///   - kind: What it does.
    ///   - stage: The stage that calls.
    ///   - input: What it is called with.
    ///   - memo: The identity of the answer and its form in a cache.
    ///   - revalidation: How to ask whether an answer that was kept still holds.
    ///   - suspends: Whether it may wait for something.
    @inlinable
    public init(
        _ kind: CallKind,
        stage: String,
        input: Input,
        memo: Memo<Output>? = nil,
        revalidation: Revalidation<Input, Output>? = nil,
        suspends: Bool = true
    ) {
        self.kind = kind
        self.stage = stage
        self.suspends = suspends
        subject = Subject(input, memo, revalidation)
    }

    /// What it is called with.
    @inlinable public var input: Input {
        get { subject.input }
        set { subject = Subject(newValue, memo, revalidation) }
    }

    /// The identity of the answer and its form in a cache; nil if the answer must not be reused.
    @inlinable public var memo: Memo<Output>? { subject.memo }

    /// Whether something identifies the answer.
    @inlinable var isIdentified: Bool { subject.memo != nil }

    /// How to ask whether an answer that was kept still holds; nil if it can only be asked for.
    @inlinable public var revalidation: Revalidation<Input, Output>? { subject.revalidation }
}
