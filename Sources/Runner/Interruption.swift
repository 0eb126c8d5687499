internal import Dispatch
internal import Engine
internal import Glibc
internal import PluginKit
internal import Synchronization

/// What SIGINT and SIGTERM do: the first asks the run to stop, the second ends the program.
///
/// A signal's handler may do little more than write a byte into a pipe; who reads it may take locks. A `DispatchSource`
/// of the signal itself comes into force some time after it was resumed, and signals that come before are lost.
enum Interruption {
    /// What a run watches.
    static let control = RunControl()
    private static let received = Atomic<Int32>(0)
    /// The end of the pipe that handlers write to.
    private static let bell = Atomic<Int32>(-1)
    private static let source = Guarded<(any DispatchSourceRead)?>(nil)

    /// The signal that came, or SIGINT if none has.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// From now on signals stop runs.
    ///
    /// - Parameter limit: How long a run may take to stop. One whose source or sink does not let go by then has stored its
    ///   checkpoint, or never will: the program ends.
    static func install(limit: Duration) {
        Glibc.signal(SIGPIPE, SIG_IGN)
        source.withLock { source in
            guard source == nil else { return }
            var ends: [Int32] = [-1, -1]
            // Without a pipe, signals end the program as they always do.
            guard pipe(&ends) == 0 else { return }
            bell.store(ends[1], ordering: .relaxed)
            let listener = DispatchSource.makeReadSource(fileDescriptor: ends[0], queue: .global(qos: .userInteractive))
            listener.setEventHandler { [reader = ends[0]] in
                var byte: UInt8 = 0
                guard read(reader, &byte, 1) == 1 else { return }
                control.stop()
                let patience = Int((limit + .seconds(2)).components.seconds)
                DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(patience)) {
                    let words = Array(
                        "stopped; what the run was waiting for did not let go. Run it again to go on\n".utf8
                    )
                    _ = words.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
                    _exit(128 + signal)
                }
            }
            listener.resume()
            source = listener
            // What the handler touches has come into being by now: it may not wait for that.
            received.store(0, ordering: .relaxed)
            for number in [SIGINT, SIGTERM] { Glibc.signal(number, ring) }
        }
    }

    private static let ring: @convention(c) (Int32) -> Void = { number in
        if received.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
        var byte: UInt8 = 0
        _ = write(bell.load(ordering: .relaxed), &byte, 1)
    }
}
