internal import Dispatch
internal import Pipelines
internal import Runs
internal import Glibc
internal import Jobs
internal import PluginKit
internal import Synchronization

/// What signals do that ask the program to end: the first stops the job, the second ends the program.
///
/// Signals are of the process, so this is the one part of the program that is not handed down; it stops a `World`.
///
/// Some are never the second: a terminal that is gone is reported by the system and by the shell, and the limit of
/// processor time every second.
///
/// A signal's handler may do little more than write a byte into a pipe; what reads it may take locks. A `DispatchSource`
/// of the signal itself comes into force some time after it was resumed, and signals that come before are lost.
enum Interruption {
    private struct State {
        var source: (any DispatchSourceRead)?
        var timer: (any DispatchSourceTimer)?
        /// The job that the program runs, and the control that stops all of its world.
        var job: (run: JobRun, world: RunControl)?
        var isStopped = false
    }

    private static let received = Atomic<Int32>(0)
    /// The end of the pipe that handlers write to.
    private static let bell = Atomic<Int32>(-1)
    private static let state = Locked(State())

    /// The signal that came, or SIGINT if none has.
    static var signal: Int32 {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? SIGINT : number
    }

    /// Whether a signal came.
    static var isStopped: Bool { state.withLock { $0.isStopped } }

    /// States which job the first signal stops, once `install()` was called.
    static func announce(_ job: JobRun, in world: World) {
        state.withLock { $0.job = (job, world.interruption) }
    }

    /// Has signals that are no wish to stop do no harm: a reader of the output that goes away, and a file that becomes
    /// larger than `ulimit -f` allows, are errors of a write.
    static func ignoreFailedWrites() {
        for number in [SIGPIPE, SIGXFSZ] { Glibc.signal(number, SIG_IGN) }
    }

    /// Has the first signal stop the job from now on.
    static func install() {
        state.withLock { state in
            guard state.source == nil else { return }
            var ends: [Int32] = [-1, -1]
            // Without a pipe, signals end the program as they always do.
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
            // What the handler touches has come into being by now: it may not wait for that.
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

    /// Ends the program, and leaves a note for the history.
    private static func end(_ number: Int32) -> Never {
        ProcessEnd.note(signal: number)
        LastWords.speak(exit: 128 + number)
        _exit(128 + number)
    }
}

extension Interruption {
    /// How often a run that is stopped is looked at.
    private static let tick = Duration.milliseconds(20)
    /// So many looks may find a run that has nothing more to do and does not end.
    private static let patience = 6

    /// Ends the program when the run that was stopped does not end: what it waits for does not let go.
    private static func watch() {
        // On the threads of the run, so that on a busy machine both take longer.
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
        // Something may hold all of those.
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
        let words = Array("stopped; what the run was waiting for did not let go. Run it again to continue\n".utf8)
        _ = words.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
        end(signal)
    }
}
