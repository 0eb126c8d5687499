/// A plugin broke a law of its kind.
public struct ContractViolation: Error, Hashable, CustomStringConvertible {
    /// The laws that the contracts of this kit hold plugins to.
    public enum Law: String, Sendable, CaseIterable {
        /// A source: reading a cursor again gives the same page.
        case sameCursorSamePage = "same cursor, same page"
        /// A source: a cursor outlives the source as text.
        case cursorOutlivesSource = "a cursor means the same to a source made anew"
        /// A source: there is an end.
        case endsSometime = "the pages come to an end"
        /// A source: a list of pages is the whole rest, and none of them leads on.
        case listedPagesEnd = "a page of a list says that nothing follows"
        /// A source or transform: every batch has the columns that the schema promises.
        case schemaAsPromised = "the columns are those of the schema"
        /// A source: leaving columns out changes nothing in the others.
        case narrowingChangesNothing = "leaving out unwanted columns changes nothing in the others"
        /// A transform: where a batch is split makes no difference.
        case splittingChangesNothing = "splitting a batch changes nothing"
        /// A sink: writing a batch twice at a mark leaves what once leaves.
        case writingTwiceIsWritingOnce = "the same batch at the same mark leaves the same bytes"
        /// A sink: a mark outlives the sink as text.
        case markOutlivesSink = "a sink made anew goes on at a mark"
        /// A sink: nothing has its final name before the engine publishes it.
        case nothingBeforeTheEnd = "no file under its final name before it is published"
        /// A sink: what was abandoned leaves nothing.
        case abandonedLeavesNothing = "an abandoned run leaves no file"
        /// A sink: accepted records are written or filtered.
        case sumsAgree = "accepted records are written or filtered"
    }

    /// The law.
    public let law: Law
    /// What was seen instead.
    public let detail: String

    /// The law and what was seen instead.
    public var description: String { "broken: \(law.rawValue). \(detail)" }
}
