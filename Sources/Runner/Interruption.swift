internal import Dispatch
internal import Engine
internal import Glibc
internal import Synchronization

/// What SIGINT and SIGTERM do: the first asks the run to stop, the second ends the program.
enum Interruption {
    /// What a run watches.
    static let control = RunControl()
    private static let received = Atomic<Int32>(0)
    private static let sources = Mutex<[any DispatchSourceSignal]>([])

    /// The signal that came, or SIGINT if none has.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// From now on signals stop runs.
    static func install() {
        Glibc.signal(SIGPIPE, SIG_IGN)
        sources.withLock { sources in
            guard sources.isEmpty else { return }
            for number in [SIGINT, SIGTERM] {
                // The handler runs on a thread of its own, where locks may be taken.
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
                source.setEventHandler {
                    if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
                    control.stop()
                }
                source.resume()
                Glibc.signal(number, SIG_IGN)
                sources.append(source)
            }
        }
    }
}
