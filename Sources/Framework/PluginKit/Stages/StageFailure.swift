/// Why a call of a stage failed, where whoever made the call can do something about it.
///
/// Whoever raises an error says which it is. Any other error is permanent and ends the run, which can be taken up at its
/// last checkpoint.
public enum StageFailure: Error, Sendable {
    /// It may succeed if it is tried again: a server that is busy, a connection that was lost.
    ///
    /// `retryAfter` is how long to wait at least, if somebody said so.
    case transient(Diagnostic, retryAfter: Duration? = nil)
    /// Something in the batch cannot be taken, and it is not known which record.
    ///
    /// The engine divides the batch until it has found the record, rejects that with the reason given, and goes on. A
    /// sink has left nothing at the mark that the next write does not replace. A stateful transform must find the record
    /// itself; from it, this error is permanent.
    case refused(Diagnostic)
    /// The data has changed while it was read, so that what was read so far is of no moment in particular.
    ///
    /// The run gives up its checkpoint and what it has written, and begins anew by itself, a few times; then it fails.
    /// No layer repeats the call.
    case moved(Diagnostic)

    /// What is wrong, for people.
    public var diagnostic: Diagnostic {
        switch self {
        case .transient(let diagnostic, _), .refused(let diagnostic), .moved(let diagnostic): diagnostic
        }
    }
}
