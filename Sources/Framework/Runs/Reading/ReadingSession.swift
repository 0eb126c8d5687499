internal import PluginKit
internal import Pipelines

/// Decides what a run does next while it reads sources and drains memories: a state machine without tasks or clocks.
///
/// `Run` is its driver. It performs a step, reports the event that the step ended with, and gets the next action:
///
///     begun ─→ takePage ─┬─ passed ─────────────────────────→ takePage, save or look
///                 ↑      └─ ended, unreadable, failed ──────→ close
///                 └──────── saved, looked ─── save, look
struct ReadingSession: Sendable {
    /// How the step before has ended.
    enum Event: Sendable, Hashable {
        /// A source is about to be read.
        case begun
        /// A page of a source has passed the stages, and its batches are in the queues of the sinks.
        case passed
        /// A page of a memory has passed the stages after it, and its batches are in the queues of the sinks.
        case drained
        /// There is no further page; complete if the source has been read to its end.
        case ended(isComplete: Bool)
        /// The next page could not be read. All pages before it have passed.
        case unreadable(Failure)
        /// A page could not pass, or a checkpoint could not be stored.
        case failed(Failure)
        /// A checkpoint has been handed to its writer.
        case saved
        /// The writer has been asked to read back the files.
        case looked
    }

    /// What kind of error an event reports.
    enum Failure: Sendable, Hashable {
        /// The work was cancelled.
        case cancelled
        /// The source is not what it was when reading began, so the run cannot be resumed.
        case sourceChanged
        /// Any other.
        case other
    }

    /// What the driver knows when an event occurs.
    struct Conditions: Sendable {
        /// Whether the run is to stop.
        var isStopped = false
        /// Whether there is a state, and the writer of checkpoints is idle.
        var canStore = false
        /// The time on the clock of the plan.
        var now: Duration
    }

    /// What the driver does next.
    enum Action: Sendable, Hashable {
        /// Performs a step, and reports how it ended.
        case next(Step)
        /// Gives up the pages that have not passed, and ends.
        case close(Ending)
    }

    /// What the driver does between two events.
    enum Step: Sendable, Hashable {
        /// Takes the next page through the stages.
        case takePage
        /// Hands a checkpoint to its writer.
        case save
        /// Has the writer read back what the files have grown by.
        case look
    }

    /// How reading ends.
    enum Ending: Sendable, Hashable {
        /// The source has been read.
        case complete
        /// The run was stopped: it stores a checkpoint, and ends.
        case stopped
        /// The run fails, after storing a checkpoint if so stated.
        case failed(storesFirst: Bool)
    }

    private let interval: CheckpointInterval
    private var lastCheckpoint: Duration
    private var lastLook: Duration
    private var pages = 0

    /// How often the files are read back between checkpoints.
    private static let lookInterval = Duration.milliseconds(250)

    /// A session of a run that begins now.
    ///
    /// - Parameters:
    ///   - interval: How often checkpoints are stored.
    ///   - now: The time on the clock of the plan.
    init(_ interval: CheckpointInterval, at now: Duration) {
        self.interval = interval
        lastCheckpoint = now
        lastLook = now
    }

    /// The action that follows an event.
    mutating func handle(_ event: Event, under conditions: Conditions) -> Action {
        switch event {
        case .begun:
            return conditions.isStopped ? .close(.stopped) : .next(.takePage)
        case .passed:
            return afterPage(conditions, mayLook: true)
        case .drained:
            return afterPage(conditions, mayLook: false)
        case .saved:
            lastCheckpoint = conditions.now
            lastLook = conditions.now
            pages = 0
            return .next(.takePage)
        case .looked:
            return .next(.takePage)
        case .ended(let isComplete):
            return .close(conditions.isStopped && !isComplete ? .stopped : .complete)
        case .unreadable(.cancelled) where conditions.isStopped, .failed(.cancelled) where conditions.isStopped:
            return .close(.stopped)
        case .unreadable(let failure):
            return .close(.failed(storesFirst: failure != .sourceChanged && isDue(at: conditions.now)))
        case .failed:
            return .close(.failed(storesFirst: false))
        }
    }

    private mutating func afterPage(_ conditions: Conditions, mayLook: Bool) -> Action {
        if conditions.isStopped { return .close(.stopped) }
        pages += 1
        guard conditions.canStore else { return .next(.takePage) }
        if isDue(at: conditions.now) { return .next(.save) }
        guard mayLook, interval != .never, conditions.now - lastLook >= Self.lookInterval else {
            return .next(.takePage)
        }
        lastLook = conditions.now
        return .next(.look)
    }

    private func isDue(at now: Duration) -> Bool {
        switch interval {
        case .time(let length): now - lastCheckpoint >= length
        case .pages(let count): pages >= count
        case .never: false
        }
    }
}
