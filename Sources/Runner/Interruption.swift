internal import Dispatch
internal import Engine
internal import Glibc
internal import PluginKit
internal import Synchronization

/// What SIGINT, SIGTERM and SIGHUP do: the first asks the run to stop, the second ends the program.
///
/// A SIGHUP is never the second: a terminal that is gone is told of several times.
///
/// A signal's handler may do little more than write a byte into a pipe; who reads it may take locks. A `DispatchSource`
/// of the signal itself comes into force some time after it was resumed, and signals that come before are lost.
enum Interruption {
    private struct State {
        var source: (any DispatchSourceRead)?
        /// What the run at hand watches.
        var control: RunControl?
        /// How long that may take to stop.
        var limit = Duration.zero
        var isStopped = false
    }

    private static let received = Atomic<Int32>(0)
    /// The end of the pipe that handlers write to.
    private static let bell = Atomic<Int32>(-1)
    private static let state = Guarded(State())

    /// The signal that came, or SIGINT if none has.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// Whether a signal came.
    static var isStopped: Bool { state.withLock { $0.isStopped } }

    /// What a run watches; from now on signals stop that.
    ///
    /// Each run has its own, since a limit of time stops only the run whose it is.
    ///
    /// - Parameter limit: How long the run may take to stop. One whose source or sink does not let go by then has stored
    ///   its checkpoint, or never will: the program ends.
    /// - Returns: The control, stopped if a signal came before.
    static func control(stoppingWithin limit: Duration) -> RunControl {
        install()
        let control = RunControl()
        let isStopped = state.withLock { state in
            (state.control, state.limit) = (control, limit)
            return state.isStopped
        }
        if isStopped { control.stop() }
        return control
    }

    private static func install() {
        Glibc.signal(SIGPIPE, SIG_IGN)
        state.withLock { state in
            guard state.source == nil else { return }
            var ends: [Int32] = [-1, -1]
            // Without a pipe, signals end the program as they always do.
            guard pipe(&ends) == 0 else { return }
            bell.store(ends[1], ordering: .relaxed)
            let listener = DispatchSource.makeReadSource(fileDescriptor: ends[0], queue: .global(qos: .userInteractive))
            listener.setEventHandler { [reader = ends[0]] in
                var byte: UInt8 = 0
                if read(reader, &byte, 1) == 1 { stop() }
            }
            listener.resume()
            state.source = listener
            // What the handler touches has come into being by now: it may not wait for that.
            received.store(0, ordering: .relaxed)
            for number in [SIGINT, SIGTERM] { Glibc.signal(number, ring) }
            // `nohup` has the program go on when its terminal is gone.
            if !isIgnored(SIGHUP) { Glibc.signal(SIGHUP, ring) }
        }
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // SIG_IGN is no function but a number in the place of one: only as numbers can they be compared.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func stop() {
        let (control, limit) = state.withLock { state in
            state.isStopped = true
            return (state.control, state.limit)
        }
        control?.stop()
        let patience = Int((limit + .seconds(2)).wholeSeconds)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(patience)) {
            let words = Array("stopped; what the run was waiting for did not let go. Run it again to go on\n".utf8)
            _ = words.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
            LastWords.speak(exit: 128 + signal)
            _exit(128 + signal)
        }
    }

    private static let ring: @convention(c) (Int32) -> Void = { number in
        guard received.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged else {
            // A terminal that is gone is told of by the system, and again by the shell.
            guard number != SIGHUP else { return }
            LastWords.speak(exit: 128 + number)
            _exit(128 + number)
        }
        var byte: UInt8 = 0
        _ = write(bell.load(ordering: .relaxed), &byte, 1)
    }
}
