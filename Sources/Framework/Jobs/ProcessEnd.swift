internal import StateStore

/// Records in the state of runs that a signal ended the program before the runs recorded how they ended.
///
/// It affects the process as a whole. To stop one job, see `JobRun.stop()`.
public enum ProcessEnd {
    /// Shortens the waits for other programs that hold the state of a run.
    public static func hurry() { EndingNote.hurry() }

    /// Prepares what `note(signal:)` needs; to be called before a signal handler can call that.
    public static func prepareNotes() { EndingNote.prepare() }

    /// Records the signal that ends the process while runs are in progress, for the history.
    ///
    /// A signal handler may call it.
    ///
    /// - Parameter signal: The signal's number, from 1 to 99.
    public static func note(signal: Int32) { EndingNote.note(signal) }
}
