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
        /// A source: a page of a list leads nowhere, except that the last one may say what follows the list.
        case listedPagesEnd = "a page of a list says that nothing follows, if it is not the last"
        /// An incremental source: a later run reads what has grown, all of it and nothing else.
        case sinceIsALowerBound = "the records are those from a value on, in their order"
        /// An incremental source: the columns that it names are there, and of kinds that can be compared.
        case incrementIsThere = "the column that grows and the key are columns that can be compared"
        /// A source: what it describes follows from its options and its input, and from nothing else.
        case describesAlike = "a source describes the same input alike, and as its options state it"
        /// A source: it looks at its input when it describes it or reads it, and not before.
        case doesNotLookWhenMade = "a source is made without a look at its input"
        /// A source or transform: every batch has the columns that the schema promises, or that the request states.
        case schemaAsPromised = "the columns are those of the schema"
        /// A source: leaving columns out changes nothing in the others.
        case narrowingChangesNothing = "leaving out unwanted columns changes nothing in the others"
        /// A transform: where a batch is split makes no difference.
        case splittingChangesNothing = "splitting a batch changes nothing"
        /// A transform: its memory and its table can be stored with a checkpoint and restored, whatever came after it.
        case memoryOutlivesTransform = "a memory that was stored and read back remembers the same"
        /// A transform with several outputs: a record is moved to an output, filtered, rejected or combined.
        case everyRecordIsSomewhere = "every record is in an output, filtered, rejected or combined"
        /// A transform: its memory is empty at some time.
        case drainEnds = "the pages of a memory come to an end"
        /// A sink: writing a batch twice at a mark leaves what once leaves.
        case writingTwiceIsWritingOnce = "the same batch at the same mark leaves the same bytes"
        /// A sink: a mark outlives the sink as text.
        case markOutlivesSink = "a sink made anew goes on at a mark"
        /// A sink: what is written can be brought to the disk and cut, because the sink says where it is.
        case partsAreNamed = "the files that are written are named, and hold what was written"
        /// A sink: what is before a mark stays as it is.
        case partsAreFinal = "what was written up to a mark never changes"
        /// A sink: it goes on at a mark, whatever lies behind it.
        case goesOnAtMark = "a sink goes on at a mark after another was stopped"
        /// A sink: finishing again at a mark leaves what once leaves.
        case finishingTwiceIsFinishingOnce = "finishing again at a mark leaves the same"
        /// A sink: nothing is visible before the engine publishes it.
        case nothingBeforeTheEnd = "no file has its final name, and nothing is visible, before it is published"
        /// A sink: what an earlier process began and the mark does not know is removed.
        case beginGoesByTheMark = "a sink that begins at a mark keeps what lies before it, and removes all else"
        /// A sink: its commit makes visible what it wrote.
        case commitMakesVisible = "a commit makes visible what was written, and leaves nothing else"
        /// A sink: a commit that is repeated changes nothing.
        case committingTwiceIsCommittingOnce = "committing again at a mark succeeds, and leaves the same"
        /// A sink: what was abandoned leaves nothing.
        case abandonedLeavesNothing = "an abandoned run leaves nothing"
        /// A sink: accepted records are written or filtered.
        case sumsAgree = "accepted records are written or filtered"
        /// A source, transform or sink: a run with it is not refused, and is published.
        case runComesToItsEnd = "a run with the plugin comes to its end and is published"
        /// A source, transform or sink: a run has the same records as the contract.
        case runLeavesTheSame = "a run leaves what the contract has seen"
        /// A source, transform or sink: a run that was cut off continues, and has the same records.
        case cutRunContinues = "a run that was cut off continues, and leaves the same"
        /// A cache: what is kept is given without another call.
        case keptAnswerIsGiven = "an answer that is kept is given without another call"
        /// A cache: an answer is given until its time is over, however often it is asked for.
        case answerHoldsItsTime = "an answer is given until its time is over, and no longer"
        /// A cache: an answer belongs to one key.
        case answersKeepToTheirKeys = "an answer is given for its own key only"
        /// A cache: what does not say what it is the answer to is not kept.
        case withoutMemoAlwaysCalled = "a call without a memo is always made"
        /// A cache: what the memo says about keeping an answer is done.
        case forbiddenIsNotKept = "an answer is kept no longer than its memo allows"
        /// A cache: who comes after a failure makes a call.
        case failureIsNotKept = "a failure is not kept"
        /// A cache: several who want the same cause one call.
        case oneCallForMany = "those who want one answer at the same time make one call"
        /// A cache: nobody else notices that somebody has gone.
        case cancelledLeavesAlone = "who is cancelled takes nobody along"
        /// A cache: there is no more than there may be.
        case boundsHold = "no more answers are kept than there may be"
        /// A layer: an answer is handed on as it is.
        case answersPass = "a call has the answer that was given inside"
        /// A layer: what is thrown inside, and is not for the layer, is handed on as it is.
        case failuresPass = "a failure for good is handed on as it is"
        /// A layer: being stopped is handed on as it is.
        case cancellationPasses = "a cancellation is handed on as it is"
        /// A layer: calls that it is not for are made once.
        case othersAreLeftAlone = "a call of a kind that the layer is not for is made once and at once"
        /// A pool: there are never more calls inside than there are places.
        case neverMoreThanPlaces = "there are never more calls inside than places"
        /// A pool: whatever becomes of a call, its place is free again.
        case placesComeBack = "a call that fails or is stopped gives its place back"
        /// A pool: who came first goes first.
        case firstComesFirst = "who has waited longest has the next place"
        /// A limiter: no window of time has more calls than allowed.
        case noWindowIsFuller = "no window of time has more calls than allowed"
        /// A limiter: one who is stopped while it waits leaves its moment to the next.
        case momentsComeBack = "one who is stopped leaves its moment to the next"
        /// A layer that repeats: what may pass is tried again, as often as it may be, whoever has turned it away.
        case passingIsRepeated = "a failure that may pass is tried again until it has passed"
        /// A layer that repeats: what is wrong for good is tried once.
        case lastingIsNotRepeated = "what is wrong for good, refused, moved or called off is tried once"
        /// A layer that repeats: there is a last attempt.
        case attemptsAreBounded = "a call is tried no more often than allowed"
        /// A layer that repeats: there is a time for the last attempt.
        case elapsedIsBounded = "no attempt begins later than allowed"
        /// A layer that repeats: whoever wants to be left alone is.
        case askedPauseIsKept = "who asks for a pause has it, and a call that cannot wait so long is given up at once"
        /// A layer that repeats: callers that failed together do not come back together.
        case pausesAreDrawn = "a pause is drawn from nothing to its ceiling"
        /// A layer that repeats: nobody waits for a pause that is in vain.
        case cancellationEndsPause = "being stopped ends a pause at once, and the call with it"
        /// A layer that repeats: what it gives up with is what was wrong.
        case lastFailureIsTold = "a call that is given up fails as its last attempt has"
        /// An exporter: what arrives are the families of the snapshot, under their names.
        case namesAsInSnapshot = "what arrives has the names of the snapshot"
        /// An exporter: handing the same figures on twice leaves the same totals.
        case exportingTwiceIsExportingOnce = "the same figures handed on twice leave the same totals"
        /// An exporter: when the last figures were handed on, they have arrived.
        case lastFiguresArrive = "the last figures of a run arrive"
        /// An exporter: whoever is late does not undo what is newer, also where several are on their way.
        case newestFiguresStay = "older figures that come late change nothing"
        /// An exporter: what cannot be handed on is told, and within a bounded time.
        case failureIsTold = "what cannot be handed on is an error, and soon"
        /// An exporter: nothing secret arrives or is told.
        case secretsStaySecret = "no secret arrives or stands in an error"
    }

    /// The law that the plugin broke.
    public let law: Law
    /// What was seen instead.
    public let detail: String

    /// The law and what was seen instead.
    public var description: String { "broken: \(law.rawValue). \(detail)" }
}
