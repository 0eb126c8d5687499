internal import CProfiling
internal import Diagnostics
internal import Glibc
internal import Platform

/// Takes samples of all threads of this process, by one timer for each of them on its processor time.
///
/// A timer of the whole process would not do: its signals mostly reach the threads that run least. A process has one
/// sampler, since it has one handler of the signal SIGPROF. This is the only file that names the handler: by its
/// address it is distinguished from that of another library.
struct SignalSampler {
    /// The one of this process.
    static let process = Locked(SignalSampler())

    /// Never freed: a signal may come late.
    private var samples: UnsafeMutablePointer<sprocket_samples>?
    /// For threads that are asked for their stack; as above.
    private var answers: UnsafeMutablePointer<sprocket_samples>?
    /// Never freed either; another one is made only if libraries were loaded since.
    private var map: UnsafePointer<sprocket_code_map>?
    /// The timer of each thread.
    private var timers: [Int32: Int32] = [:]
    private var nanoseconds = 10_000_000
    /// The memory for which the handler has its map.
    private var images: [ProcessImage] = []

    /// Whether samples are being taken.
    private(set) var isActive = false
    /// Threads for which there is no timer, although they live.
    private(set) var missed = 0

    /// Begins to sample.
    ///
    /// - Parameter nanoseconds: The processor time of a thread between two samples of it.
    /// - Throws: `profile.running`; `profile.unavailable` with the reason.
    mutating func begin(every nanoseconds: Int) throws(Diagnostic) {
        guard !isActive else {
            throw Diagnostic(
                "profile.running",
                message: "a CPU profile of this process is already being recorded",
                category: .environment,
                hint: "wait until it is finished, then ask again"
            )
        }
        try prepare()
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        // Room for half a second of all processors at 100 a second; 2 KB each.
        let samples = self.samples ?? Self.makeSamples(min(max(512, processors * 64), 8192))
        self.samples = samples
        sprocket_profile_use(samples, map)
        // A signal that came late has left a sample of an earlier recording.
        Self.take(from: samples) { _ in }
        _ = sprocket_profile_take_lost(samples)
        self.nanoseconds = nanoseconds
        missed = 0
        sprocket_profile_activate(samples, SPROCKET_TIMED, 1)
        isActive = true
        followThreads()
        guard !timers.isEmpty else {
            end()
            throw Self.unavailable("the system refuses timers on the processor time of threads")
        }
    }

    /// Samples the threads that were created since the last call.
    mutating func followThreads() {
        guard isActive, let samples else { return }
        let threads = Self.threads
        // None, not even this one: the list could not be read.
        guard !threads.isEmpty else { return }
        // The number of a thread that has ended may become that of another.
        for (thread, timer) in timers where !threads.contains(thread) {
            sprocket_profile_stop_timer(timer)
            timers[thread] = nil
        }
        missed = 0
        for thread in threads where timers[thread] == nil {
            var timer: Int32 = 0
            // Threads that run for a moment only are to be seen in proportion, not never.
            let first = 1 + Int(UInt64(UInt32(bitPattern: thread)) &* 0x9e37_79b9 % UInt64(nanoseconds))
            switch sprocket_profile_start_timer(samples, thread, Int64(first), Int64(nanoseconds), &timer) {
            case 0: timers[thread] = timer
            case EAGAIN, ENOMEM, EPERM: missed += 1
            default: break
            }
        }
    }

    /// Moves the samples that were taken into `counts`.
    mutating func drain(into counts: inout StackCounts) {
        guard let samples else { return }
        Self.take(from: samples) { sample in
            if sample.stack.isEmpty {
                counts.lose(sample.weight)
            } else {
                counts.add(sample.stack, weight: sample.weight)
            }
        }
        counts.lose(Int(clamping: sprocket_profile_take_lost(samples)))
    }

    /// Stops the timers; signals that are under way may still come.
    mutating func stopTimers() {
        for timer in timers.values { sprocket_profile_stop_timer(timer) }
        timers = [:]
    }

    /// Ends the sampling: signals that still come do nothing.
    mutating func end() {
        stopTimers()
        if let samples { sprocket_profile_activate(samples, SPROCKET_TIMED, 0) }
        isActive = false
    }

    /// Asks all threads of this process where they are, and waits for the answers for at most a quarter of a second.
    ///
    /// - Returns: The threads with their stacks, empty for one that did not answer.
    /// - Throws: `profile.unavailable` with the reason.
    mutating func stacks() throws(Diagnostic) -> [Int32: [UInt64]] {
        try prepare()
        let answers = self.answers ?? Self.makeSamples(Self.askedTogether)
        self.answers = answers
        sprocket_profile_use(answers, map)
        // A thread that answered late has left where it was when it was asked before.
        Self.take(from: answers) { _ in }
        sprocket_profile_activate(answers, SPROCKET_ASKED, 1)
        defer { sprocket_profile_activate(answers, SPROCKET_ASKED, 0) }
        var stacks: [Int32: [UInt64]] = [:]
        var rest = ArraySlice(Self.threads.sorted())
        var patience = 250
        while !rest.isEmpty {
            var asked: [Int32] = []
            for thread in rest.prefix(Self.askedTogether) {
                let error = sprocket_profile_ask(answers, thread)
                // A thread that the system does not let be asked is there nonetheless.
                if error != ESRCH { stacks[thread] = [] }
                if error == 0 { asked.append(thread) }
            }
            rest = rest.dropFirst(Self.askedTogether)
            while true {
                Self.take(from: answers) { if stacks[$0.thread] != nil { stacks[$0.thread] = $0.stack } }
                guard patience > 0, asked.contains(where: { stacks[$0]?.isEmpty ?? false }) else { break }
                patience -= 1
                usleep(1000)
            }
        }
        return stacks
    }

    private static let askedTogether = 256

    /// Makes sure that there are a handler and a map for it.
    private mutating func prepare() throws(Diagnostic) {
        guard sprocket_profile_is_supported() != 0 else {
            throw Self.unavailable("stacks can be read on x86-64 and arm64 only")
        }
        switch sprocket_profile_install() {
        case 0: break
        case EBUSY: throw Self.unavailable("another library in this process handles the signal SIGPROF")
        case let number: throw Self.unavailable("sigaction: " + String(cString: strerror(number)))
        }
        let images = ProcessImage.all
        guard map == nil || images != self.images else { return }
        map = Self.makeMap(CodeMap(images: images))
        self.images = images
    }

    private struct Sample {
        var thread: Int32
        var weight: Int
        var stack: [UInt64]
    }

    private static func take(from samples: UnsafeMutablePointer<sprocket_samples>, _ body: (Sample) -> Void) {
        withUnsafeTemporaryAllocation(of: sprocket_sample.self, capacity: 1) { buffer in
            guard let sample = buffer.baseAddress else { return }
            for slot in 0..<Int(samples.pointee.count) where sprocket_profile_take(samples, slot, sample) != 0 {
                let depth = Int(min(sample.pointee.depth, UInt32(SPROCKET_STACK_DEPTH)))
                let resumed = Int(sample.pointee.resumed_from)
                let stack = (0..<depth).map { index in
                    // A call is before its return address, which may belong to the next function.
                    sprocket_sample_place(sample, index) &- (index > 0 && index < resumed ? 1 : 0)
                }
                body(Sample(thread: sample.pointee.thread, weight: Int(sample.pointee.weight), stack: stack))
            }
        }
    }

    /// The threads of this process.
    static var threads: Set<Int32> {
        guard let folder = opendir("/proc/self/task") else { return [] }
        defer { closedir(folder) }
        var threads: Set<Int32> = []
        while let entry = readdir(folder) {
            let number = withUnsafeBytes(of: entry.pointee.d_name) { name in
                Int32(String(decoding: name.prefix { $0 != 0 }, as: UTF8.self))
            }
            if let number { threads.insert(number) }
        }
        return threads
    }

    private static func makeSamples(_ count: Int) -> UnsafeMutablePointer<sprocket_samples> {
        let slots = UnsafeMutablePointer<sprocket_sample>.allocate(capacity: count)
        slots.initialize(repeating: sprocket_sample(), count: count)
        let samples = UnsafeMutablePointer<sprocket_samples>.allocate(capacity: 1)
        samples.initialize(to: sprocket_samples())
        samples.pointee.count = UInt32(count)
        samples.pointee.slots = slots
        return samples
    }

    private static func makeMap(_ map: CodeMap) -> UnsafePointer<sprocket_code_map> {
        let result = UnsafeMutablePointer<sprocket_code_map>.allocate(capacity: 1)
        result.initialize(
            to: sprocket_code_map(
                framed: copied(map.framed),
                framed_count: map.framed.count,
                suspendable: copied(map.suspendable),
                suspendable_count: map.suspendable.count
            )
        )
        return UnsafePointer(result)
    }

    private static func copied(_ ranges: [Range<UInt64>]) -> UnsafePointer<sprocket_code_range> {
        let copy = UnsafeMutablePointer<sprocket_code_range>.allocate(capacity: ranges.count)
        for (index, range) in ranges.enumerated() {
            let range = sprocket_code_range(start: UInt(range.lowerBound), end: UInt(range.upperBound))
            copy.advanced(by: index).initialize(to: range)
        }
        return UnsafePointer(copy)
    }

    private static func unavailable(_ reason: String) -> Diagnostic {
        Diagnostic(
            "profile.unavailable",
            message: "a CPU profile cannot be recorded here: \(reason)",
            category: .environment
        )
    }
}
