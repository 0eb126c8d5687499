internal import Dispatch
internal import Pipelines
internal import Runs
internal import Glibc
internal import Jobs
internal import PluginKit
internal import Synchronization

/// Handles the signals that ask the program to end: the first stops the job, the second ends the program.
///
/// Signals belong to the process, so this is the one part of the program that is global; it stops a `World`.
///
/// Some never count as the second: a terminal that closes is reported by both the system and the shell, and the limit
/// of processor time is reported every second.
///
/// A signal handler can do little more than write a byte to a pipe; the reader of the pipe may take locks. A
/// `DispatchSource` for the signal itself takes effect some time after it is resumed, and earlier signals are lost.
enum Interruption {
    private struct State {
        var source: (any DispatchSourceRead)?
        var timer: (any DispatchSourceTimer)?
        /// The job that the program runs, and the control that stops everything in its world.
        var job: (run: JobRun, world: RunControl)?
        var isStopped = false
        /// Prints a line for the user.
        var tell: (@Sendable (String) -> Void)?
    }

    private static let received = Atomic<Int32>(0)
    /// The end of the pipe that the handlers write to.
    private static let bell = Atomic<Int32>(-1)
    private static let state = Locked(State())

    /// The signal that arrived, or SIGINT if none did.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// Whether a signal arrived.
    static var isStopped: Bool { state.withLock { $0.isStopped } }

    /// States which job the first signal stops, once `install()` is called.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - world: Its world, which is stopped too.
    ///   - tell: Prints a line for the user.
    static func announce(_ job: JobRun, in world: World, tell: @escaping @Sendable (String) -> Void) {
        state.withLock { state in
            state.job = (job, world.interruption)
            state.tell = tell
        }
    }

    /// Makes two signals harmless that do not ask the program to stop: a closed pipe, and a file larger than `ulimit
    /// -f` allows, are reported as errors of the write.
    static func ignoreFailedWrites() {
        for number in [SIGPIPE, SIGXFSZ] { Glibc.signal(number, SIG_IGN) }
    }

    /// From now on, the first signal stops the job.
    static func install() {
        state.withLock { state in
            guard state.source == nil else { return }
            var ends: [Int32] = [-1, -1]
            // Without a pipe, signals end the program as they do by default.
            guard pipe(&ends) == 0 else { return }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            bell.store(ends[1], ordering: .relaxed)
            let listener = DispatchSource.makeReadSource(fileDescriptor: ends[0], queue: .global(qos: .userInteractive))
            listener.setEventHandler { [reader = ends[0]] in
                var byte: UInt8 = 0
                if read(reader, &byte, 1) == 1 { stop() }
            }
            listener.resume()
            state.source = listener
            // Everything that the handler touches has been initialised by now: it may not wait for that.
            received.store(0, ordering: .relaxed)
            ProcessEnd.prepareNotes()
            for number in EndingSignals.all
            where [SIGINT, SIGTERM, SIGQUIT].contains(number) || !EndingSignals.isIgnored(number) {
                Glibc.signal(number, ring)
            }
        }
    }

    private static func stop() {
        let job = state.withLock { state in
            state.isStopped = true
            return state.job
        }
        ProcessEnd.hurry()
        job?.world.stop()
        watch()
    }

    private static let ring: @convention(c) (Int32) -> Void = { number in
        guard received.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged else {
            if number != SIGHUP, number != SIGXCPU { end(number) }
            return
        }
        var byte: UInt8 = 0
        _ = write(bell.load(ordering: .relaxed), &byte, 1)
    }

    /// Ends the program, and writes a note for the history.
    private static func end(_ number: Int32) -> Never {
        ProcessEnd.note(signal: number)
        LastWords.speak(exit: 128 + number)
        _exit(128 + number)
    }
}

extension Interruption {
    /// How often a stopped run is checked.
    private static let tick = Duration.milliseconds(20)
    /// The number of checks at which a run may have nothing left to do and yet not end.
    private static let patience = 6

    /// Ends the program if the stopped run does not end because what it waits for does not return.
    private static func watch() {
        // On the run's own threads, so that on a busy machine both take longer.
        Task {
            var (last, looks) = (RunControl.Phase.ending, 0)
            while true {
                try? await Task.sleep(for: tick)
                let phase = phase
                looks = phase == last ? looks + 1 : 0
                last = phase
                if phase == .preparing || phase == .settled, looks >= patience { giveUp() }
            }
        }
        // All of those threads may be blocked.
        let seen = Locked((phase: RunControl.Phase.ending, since: ContinuousClock.now))
        state.withLock { state in
            let timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInteractive))
            timer.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100))
            timer.setEventHandler { look(seen) }
            timer.resume()
            state.timer = timer
        }
    }

    /// Ends the program if the run has been in its phase for too long.
    private static func look(_ seen: Locked<(phase: RunControl.Phase, since: ContinuousClock.Instant)>) {
        let now = ContinuousClock.now
        let (phase, limit) = (phase, state.withLock { $0.job }?.run.stopWithin ?? .zero)
        let time = seen.withLock { seen in
            if seen.phase != phase { seen = (phase, now) }
            return now - seen.since
        }
        let allowed: Duration =
            switch phase {
            case .preparing, .settled: .seconds(1)
            case .working: limit + .seconds(2)
            case .ending: .seconds(5)
            }
        if time > allowed { giveUp() }
    }

    private static var phase: RunControl.Phase { state.withLock { $0.job }?.run.phase ?? .ending }

    private static func giveUp() -> Never {
        let words = "stopped; the run was waiting for something that did not return. Run it again to continue"
        state.withLock { $0.tell }?(words)
        end(signal)
    }
}
