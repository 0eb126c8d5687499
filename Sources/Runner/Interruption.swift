internal import Engine
internal import Glibc
internal import Synchronization

/// What SIGINT and SIGTERM do: the first asks the run to stop, the second ends the program.
enum Interruption {
    /// What a run watches.
    static let control = RunControl()
    private static let received = Atomic<Int32>(0)

    /// The signal that came, or SIGINT if none has.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// From now on signals stop runs.
    static func install() {
        // Both are made before a handler can touch them: making them is not safe there, storing into them is.
        _ = control.isStopped
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            _ = Glibc.signal(number) { number in
                if Interruption.received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
                Interruption.control.stop()
            }
        }
        Glibc.signal(SIGPIPE, SIG_IGN)
    }
}
