/// A way to write batches that must produce the same files as the plain one.
struct SinkVariation {
    /// How often each batch is written.
    var writes = 1
    /// Whether each batch is written, and all are completed, by a new sink.
    var usesNewSinks = false
    /// Whether the sink of each batch is stopped after it has written more, which is lost.
    var isStopped = false
    /// How often the batches are completed.
    var finishes = 1
    /// How often they are committed.
    var commits = 1

    /// The law that is broken if the result differs.
    var law = ContractViolation.Law.writingTwiceIsWritingOnce
    /// What was done, as text.
    var detail = ""

    /// All variations, the simplest first.
    static let all = [
        SinkVariation(
            writes: 2,
            law: .writingTwiceIsWritingOnce,
            detail: "each batch written twice leaves other files"
        ),
        SinkVariation(
            usesNewSinks: true,
            law: .markOutlivesSink,
            detail: "a new sink before each batch leaves other files"
        ),
        SinkVariation(
            usesNewSinks: true,
            isStopped: true,
            law: .continuesAtMark,
            detail: "a new sink after another had written more, of which only its parts were left up to the mark "
                + "and some other bytes after it, leaves other files"
        ),
        SinkVariation(
            finishes: 2,
            law: .finishingTwiceIsFinishingOnce,
            detail: "a sink that is finished twice leaves other files"
        ),
        SinkVariation(
            usesNewSinks: true,
            finishes: 2,
            law: .finishingTwiceIsFinishingOnce,
            detail: "a new sink that finishes what another has finished leaves other files"
        ),
        SinkVariation(
            commits: 2,
            law: .committingTwiceIsCommittingOnce,
            detail: "a sink that commits twice leaves something else"
        ),
        SinkVariation(
            usesNewSinks: true,
            commits: 2,
            law: .committingTwiceIsCommittingOnce,
            detail: "a new sink that commits what another has committed leaves something else"
        ),
    ]
}
