import Diagnostics
import Glibc
import Profiling
import Synchronization

/// What the program can do.
enum Exercise {
    @concurrent static func run(_ name: String, amount: Int, path: String) async throws(Diagnostic) {
        switch name {
        case "burn":
            let isOver = Flag()
            async let work = Burner.outermost { !isOver.isSet }
            guard let profile = try await CPUProfiler.record(for: .seconds(amount)) else { return say("no profile") }
            isOver.set()
            _ = await work
            save(profile.encoded(), to: path)
            say("\(profile.total(of: 0)) samples")
        case "flood": try await flood(seconds: amount)
        case "repeat":
            for _ in 0..<amount { _ = try CPUProfiler.start().stop() }
            say("\(amount) times")
        case "twice":
            let profiler = try CPUProfiler.start()
            do throws(Diagnostic) {
                _ = try CPUProfiler.start()
            } catch {
                say("\(error.code)")
            }
            _ = profiler.stop()
            _ = try CPUProfiler.start().stop()
            say("again")
        case "leave":
            let start = ContinuousClock.now
            let profile = try await CPUProfiler.record(for: .seconds(60)) {
                ContinuousClock.now - start < .seconds(amount)
            }
            say(profile == nil ? "no profile" : "a profile")
            _ = try CPUProfiler.start().stop()
            say("again")
        case "threads":
            let isOver = Flag()
            async let work = Burner.outermost { !isOver.isSet }
            let profiler = try CPUProfiler.start()
            for _ in 1..<amount { _ = try await ThreadStacks.takeProfile() }
            try save(ThreadStacks.profile().encoded(), to: path)
            isOver.set()
            _ = await work
            say(profiler.stop().isEmpty ? "no samples" : "also samples")
        case "late":
            _ = try CPUProfiler.start().stop()
            for _ in 0..<100 { kill(getpid(), SIGPROF) }
            say("alive")
        case "handled":
            signal(SIGPROF) { _ in }
            _ = try CPUProfiler.start()
        default: say("unknown")
        }
    }

    private static func flood(seconds: Int) async throws(Diagnostic) {
        let profiler = try CPUProfiler.start(hertz: 1000)
        let end = ContinuousClock.now + .seconds(seconds)
        let sender = Task.detached {
            var sent = 0
            while ContinuousClock.now < end {
                kill(getpid(), SIGPROF)
                sent += 1
            }
            return sent
        }
        let sum = await Burner.outermost { ContinuousClock.now < end }
        let sent = await sender.value
        let profile = profiler.stop()
        say(
            "\(sent > 1000 ? "many" : "few") signals, \(profile.isEmpty ? "no" : "some") samples, \(sum == 0 ? "no" : "a") sum"
        )
    }

    private static func save(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return say("cannot write") }
        if write(descriptor, bytes, bytes.count) != bytes.count { say("cannot write all") }
        close(descriptor)
    }
}

/// Something that is set once.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}
