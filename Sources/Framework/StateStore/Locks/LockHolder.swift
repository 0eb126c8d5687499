internal import Formats

/// The holder of a lock, as recorded in the lock's file.
public struct LockHolder: Sendable, Hashable {
    let process: ProcessIdentity
    /// When it took the lock, in milliseconds since 1970-01-01T00:00:00Z.
    public let since: Int64

    /// The signal that ended the process before it could record how its run ended; nil if there was none, or if it
    /// could not be noted.
    public let signal: Int32?

    /// The process ID.
    public var pid: Int32 { process.pid }
    /// Whether the process lives; nil if that is not visible from here, as with a process in another container.
    public var isAlive: Bool? { process.isAlive }

    /// Whether it ran on another boot of this machine, or on another machine.
    public var isOfAnotherBoot: Bool { process.boot != ProcessIdentity.current.boot }

    init(process: ProcessIdentity, since: Int64, signal: Int32? = nil) {
        self.process = process
        self.since = since
        self.signal = signal
    }

    /// Parses what `text` writes; nil for anything else, such as a file that is being written.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 7, lines[0] == "sprocket lock 1",
            let pid = Int32(lines[1]), let start = UInt64(lines[3]), let since = Int64(lines[5])
        else { return nil }
        // The last line is written by a signal handler and may be incomplete.
        let note = lines[6].split(separator: " ")
        let signal = note.count == 2 && note[0] == "signal" && lines.count == 8 ? Int32(note[1]) : nil
        guard lines.count == 7 && lines[6].isEmpty || signal != nil else { return nil }
        let process = ProcessIdentity(pid: pid, boot: lines[2], start: start, space: lines[4])
        self.init(process: process, since: since, signal: signal)
    }

    /// The lines of a lock's file: format, process ID, boot, start of the process in ticks, PID namespace, and when the
    /// lock was taken.
    ///
    /// A process that is ended by a signal before its run has recorded its end adds `signal 2`.
    var text: String {
        "sprocket lock 1\n\(process.pid)\n\(process.boot)\n\(process.start)\n\(process.space)\n\(since)\n"
    }

    /// Text such as `process 4711, since 2026-11-23T14:30:00Z`.
    var words: String { "process \(pid), since \(start)" }

    /// When it took the lock, as text.
    var start: String { "\(ISO8601.text(ofMilliseconds: since).prefix(19))Z" }
}
