/// The error that a plugin broke a law of its kind.
public struct ContractViolation: Error, Hashable, CustomStringConvertible {
    /// The laws that the contracts of this kit verify.
    public enum Law: String, Sendable, CaseIterable {
        /// A source: reading a cursor again gives the same page.
        case sameCursorSamePage = "same cursor, same page"
        /// A source: a cursor that was stored as text works with a new source.
        case cursorOutlivesSource = "a cursor means the same to a new source"
        /// A source: there is an end.
        case endsSometime = "the pages come to an end"
        /// A source: a page of a list has no next page, except that the last one may state what follows the list.
        case listedPagesEnd = "a page of a list, except the last, has no next page"
        /// An incremental source: a later run reads all new records and no others.
        case sinceIsALowerBound = "the records are those from a value on, in their order"
        /// An incremental source: the columns that it names exist, and have kinds that can be compared.
        case incrementIsThere = "the column that grows and the key are columns that can be compared"
        /// A source: its description depends only on its options and its input.
        case describesAlike = "a source describes the same input in the same way, and as its options state"
        /// A source: it accesses its input only when it describes or reads it.
        case doesNotLookWhenMade = "a source is created without access to its input"
        /// A source or transform: every batch has the columns that the schema or the request states.
        case schemaAsPromised = "the columns are those of the schema"
        /// A source: leaving out columns does not change the others.
        case narrowingChangesNothing = "leaving out unwanted columns changes nothing in the others"
        /// A transform: it does not matter where a batch is split.
        case splittingChangesNothing = "splitting a batch changes nothing"
        /// A transform: its memory and its table can be stored in a checkpoint and restored, whatever happened after
        /// it.
        case memoryOutlivesTransform = "a memory that was stored and restored has the same contents"
        /// A transform with several outputs: a record is moved to an output, filtered, rejected or combined.
        case everyRecordIsSomewhere = "every record is in an output, filtered, rejected or combined"
        /// A transform that wants no more records filters all others, and never wants any again.
        case enoughIsEnough = "once a transform wants no more records, it filters all others"
        /// A transform: draining its memory ends.
        case drainEnds = "the pages of a memory come to an end"
        /// A sink: writing a batch twice at a mark has the same result as writing it once.
        case writingTwiceIsWritingOnce = "the same batch at the same mark leaves the same bytes"
        /// A sink: a mark that was stored as text works with a new sink.
        case markOutlivesSink = "a new sink continues at a mark"
        /// A sink: its files can be synced and truncated, because the sink names them.
        case partsAreNamed = "the files that are written are named, and contain what was written"
        /// A sink: what was written up to a mark does not change.
        case partsAreFinal = "what was written up to a mark never changes"
        /// A sink: it continues at a mark, whatever was written after it.
        case continuesAtMark = "a sink continues at a mark after another was stopped"
        /// A sink: finishing twice at a mark has the same result as finishing once.
        case finishingTwiceIsFinishingOnce = "finishing again at a mark leaves the same"
        /// A sink: nothing is visible before the engine publishes it.
        case nothingBeforeTheEnd = "no file has its final name, and nothing is visible, before it is published"
        /// A sink: what an earlier process wrote after the mark is removed.
        case beginGoesByTheMark = "a sink that begins at a mark keeps what is before it, and removes all else"
        /// A sink: its commit makes visible what it wrote.
        case commitMakesVisible = "a commit makes visible what was written, and leaves nothing else"
        /// A sink: repeating a commit changes nothing.
        case committingTwiceIsCommittingOnce = "committing again at a mark succeeds, and leaves the same"
        /// A sink: an abandoned run leaves nothing.
        case abandonedLeavesNothing = "an abandoned run leaves nothing"
        /// A sink: accepted records are written or filtered.
        case sumsAgree = "accepted records are written or filtered"
        /// A source, transform or sink: a run with it is not refused, and is published.
        case runComesToItsEnd = "a run with the plugin completes and is published"
        /// A source, transform or sink: a run has the same records as the contract.
        case runLeavesTheSame = "a run has the same result as the contract"
        /// A source, transform or sink: an interrupted run is resumed, and has the same records.
        case cutRunContinues = "an interrupted run is resumed, and has the same result"
        /// A cache: a cached answer is returned without another call.
        case keptAnswerIsGiven = "a cached answer is returned without another call"
        /// A cache: an answer is returned during its lifetime, however often it is requested.
        case answerHoldsItsTime = "an answer is returned during its lifetime, and not after it"
        /// A cache: an answer belongs to one key.
        case answersKeepToTheirKeys = "an answer is returned for its own key only"
        /// A cache: a call without a cache identity is not cached.
        case withoutIdentityAlwaysCalled = "a call without a cache identity is always made"
        /// A cache: it caches an answer only as its `Cacheability` permits.
        case forbiddenIsNotKept = "an answer is cached at most as long as permitted"
        /// A cache: a caller after a failure makes a call.
        case failureIsNotKept = "a failure is not cached"
        /// A cache: concurrent callers of the same key share one call.
        case oneCallForMany = "concurrent callers of one key make one call"
        /// A cache: the cancellation of one caller does not affect others.
        case cancelledLeavesAlone = "the cancellation of one caller does not affect others"
        /// A cache: it holds at most the allowed number of answers.
        case boundsHold = "at most the allowed number of answers is cached"
        /// A layer: an answer is passed on unchanged.
        case answersPass = "a call returns the answer of the inner call"
        /// A layer: an inner error that does not concern the layer is passed on unchanged.
        case failuresPass = "a permanent failure is passed on unchanged"
        /// A layer: a cancellation is passed on unchanged.
        case cancellationPasses = "a cancellation is passed on unchanged"
        /// A layer: calls that it does not apply to are made once.
        case othersAreLeftAlone = "a call of a kind that the layer does not apply to is made once, immediately"
        /// A pool: at most as many calls are inside as there are places.
        case neverMoreThanPlaces = "at most as many calls are inside as there are places"
        /// A pool: a call returns its place, whatever its result.
        case placesComeBack = "a call that fails or is cancelled returns its place"
        /// A pool: waiting calls enter in the order of their arrival.
        case firstComesFirst = "the call that has waited longest gets the next place"
        /// A limiter: no window of time has more calls than allowed.
        case noWindowIsFuller = "no window of time has more calls than allowed"
        /// A limiter: a call that is cancelled while it waits leaves its slot to the next one.
        case slotsAreReturned = "a cancelled call leaves its slot to the next one"
        /// A layer that retries: transient failures are retried, as often as allowed, whichever layer or server they
        /// come from.
        case transientIsRetried = "a transient failure is retried until the call succeeds"
        /// A layer that retries: permanent failures are not retried.
        case permanentIsNotRetried = "a permanent failure, bad batch, changed source or cancellation is not retried"
        /// A layer that retries: the number of attempts is limited.
        case attemptsAreBounded = "a call is attempted at most as often as allowed"
        /// A layer that retries: the time of the last attempt is limited.
        case elapsedIsBounded = "no attempt starts later than allowed"
        /// A layer that retries: it respects a pause that the failure requests.
        case askedPauseIsKept = "a requested pause is kept, and a call that cannot wait that long fails immediately"
        /// A layer that retries: callers that failed together do not retry together.
        case pausesAreDrawn = "a pause is drawn between zero and its ceiling"
        /// A layer that retries: a cancelled call does not continue to wait.
        case cancellationEndsPause = "a cancellation ends a pause immediately, and the call with it"
        /// A layer that retries: a call fails with the error of its last attempt.
        case lastFailureIsReported = "a call that is abandoned fails with the error of its last attempt"
        /// An exporter: the metrics of the snapshot arrive under their names.
        case namesAsInSnapshot = "what arrives has the names of the snapshot"
        /// An exporter: exporting the same metrics twice has the same totals as exporting them once.
        case exportingTwiceIsExportingOnce = "the same metrics exported twice have the same totals"
        /// An exporter: when the last export returns, the last metrics have arrived.
        case lastMetricsArrive = "the last metrics of a run arrive"
        /// An exporter: a late export does not overwrite newer metrics, even if several run at the same time.
        case newestMetricsStay = "older metrics that arrive late change nothing"
        /// An exporter: a failed export throws an error within a bounded time.
        case failureIsReported = "a failed export is an error, within a bounded time"
        /// An exporter: no secret arrives or is part of an error.
        case secretsStaySecret = "no secret arrives or is part of an error"
    }

    /// The law that the plugin broke.
    public let law: Law
    /// What was observed instead.
    public let detail: String

    /// The law and what was observed instead.
    public var description: String { "broken: \(law.rawValue). \(detail)" }
}
