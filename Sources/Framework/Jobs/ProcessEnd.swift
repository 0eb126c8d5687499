internal import StateStore

/// What a program does with the state of its runs when a signal ends it before they have recorded how they ended.
///
/// It concerns the process as a whole. To stop one job, see `JobRun.stop()`.
public enum ProcessEnd {
    /// Shortens the waits for other programs that hold the state of a run.
    public static func hurry() { EndingNote.hurry() }

    /// Makes ready what `note(signal:)` needs; to be called before a signal handler may call that.
    public static func prepareNotes() { EndingNote.prepare() }

    /// Notes for the history the signal that ends the process while runs are under way.
    ///
    /// A signal handler may call it.
    ///
    /// - Parameter signal: The signal's number, from 1 to 99.
    public static func note(signal: Int32) { EndingNote.note(signal) }
}
