package import Diagnostics
internal import Dispatch
internal import Glibc
internal import Platform

/// Records where this process spends processor time: functions of all threads, and their callers, also across `await`.
///
/// One recording at a time. It costs about 1 % of the processor time at 100 samples a second.
///
///     let profiler = try CPUProfiler.start()
///     work()
///     let profile = profiler.stop()
package final class CPUProfiler: Sendable {
    /// How many samples of each second of processor time can be requested.
    ///
    /// Kernels take at most one in each of their ticks, so above 100 to 250 a second, one sample stands for several.
    package static let frequencies = 1...1000

    /// Where samples are collected: not on Swift's threads, which a run keeps busy.
    static let queue = DispatchQueue(label: "sprocket.profiler")
    private struct Recording {
        var counts = StackCounts()
        var isOver = false
        var missed = 0
    }

    private let nanoseconds: Int
    /// How often samples are collected, and new threads found: before handlers have no room left.
    private var interval: Duration { min(.nanoseconds(nanoseconds) * 10, .milliseconds(100)) }
    private let start: Int
    private let beginning: ContinuousClock.Instant
    private let recording = Locked(Recording())

    private init(hertz: Int) throws(Diagnostic) {
        nanoseconds = 1_000_000_000 / min(max(hertz, Self.frequencies.lowerBound), Self.frequencies.upperBound)
        let nanoseconds = nanoseconds
        try SignalSampler.process.withLock { sampler throws(Diagnostic) in try sampler.begin(every: nanoseconds) }
        start = Int(SystemClock.nanoseconds)
        beginning = ContinuousClock.now
    }

    deinit { finish() }

    /// Starts a recording.
    ///
    /// - Parameter hertz: The samples of each second of processor time, within `frequencies`.
    /// - Returns: The recording, which ends with `stop()`, or when it is released.
    /// - Throws: `profile.running` if there is one already; `profile.unavailable` if the system or another library in
    ///   the process prevents it.
    package static func start(hertz: Int = 100) throws(Diagnostic) -> CPUProfiler {
        let profiler = try CPUProfiler(hertz: hertz)
        collectLater(profiler)
        return profiler
    }

    /// Ends the recording; blocks for about 50 milliseconds.
    ///
    /// - Returns: Samples with the kinds `samples/count` and `cpu/nanoseconds`; none when called again.
    package func stop() -> Profile {
        let duration = beginning.duration(to: ContinuousClock.now)
        finish()
        let recorded = recording.withLock { recording in
            defer { recording.counts = StackCounts() }
            return recording
        }
        var profile = Profile(
            kinds: [Profile.Kind("samples", unit: "count"), Profile.Kind("cpu", unit: "nanoseconds")],
            period: Profile.Kind("cpu", unit: "nanoseconds"),
            every: nanoseconds,
            defaultType: "cpu"
        )
        profile.startNanoseconds = start
        profile.durationNanoseconds = Int(clamping: duration.nanoseconds)
        var symbolizer = Symbolizer(images: ProcessImage.all)
        for (stack, count) in recorded.counts.counts {
            let frames = stack.map { symbolizer.frame(at: $0) }
            profile.add(frames, values: [count, count.multiplied(clamped: nanoseconds)])
        }
        profile.mappings = symbolizer.mappings
        profile.comments = Self.remarks(on: recorded, nameless: symbolizer.nameless)
        return profile
    }

    /// Collects samples as long as the profiler exists and the recording is not over.
    private static func collectLater(_ profiler: CPUProfiler) {
        queue.asyncAfter(deadline: .now() + .nanoseconds(Int(clamping: profiler.interval.nanoseconds))) {
            [weak profiler] in
            guard let profiler, profiler.collect() else { return }
            collectLater(profiler)
        }
    }

    /// Moves samples out of the handler's memory and follows new threads; whether the recording continues.
    private func collect() -> Bool {
        recording.withLock { recording in
            guard !recording.isOver else { return false }
            SignalSampler.process.withLock { sampler in
                sampler.drain(into: &recording.counts)
                sampler.followThreads()
                recording.missed = max(recording.missed, sampler.missed)
            }
            return true
        }
    }

    /// Ends the recording without making a profile.
    func finish() {
        recording.withLock { recording in
            guard !recording.isOver else { return }
            recording.isOver = true
            SignalSampler.process.withLock { sampler in
                sampler.stopTimers()
                // For signals that are under way.
                usleep(20_000)
                sampler.end()
                sampler.drain(into: &recording.counts)
            }
        }
    }

    private static func remarks(on recording: Recording, nameless: [String]) -> [String] {
        var remarks: [String] = []
        if recording.counts.lost > 0 { remarks.append("\(recording.counts.lost) samples were lost") }
        if recording.counts.shortened > 0 {
            remarks.append(
                "\(recording.counts.shortened) samples have no callers: there were too many different stacks"
            )
        }
        if recording.missed > 0 { remarks.append("\(recording.missed) threads were not sampled: too many timers") }
        for path in nameless { remarks.append("\(path) has no symbols: it was stripped") }
        return remarks
    }
}
