package import Diagnostics
internal import Platform

/// Where all threads of this process are at the moment: for a program that hangs.
///
/// Each thread is interrupted once, so a system call in which it waits may return early with EINTR.
package enum ThreadStacks {
    /// Takes the stacks; blocks for up to a quarter of a second, if a thread does not answer.
    ///
    /// - Returns: A sample for each thread, of the kind `threads/count`, with the labels `thread` (its name) and `state`.
    /// - Throws: `profile.unavailable` if the system or another library in the process prevents it.
    package static func profile() throws(Diagnostic) -> Profile {
        let start = Int(SystemClock.nanoseconds)
        let stacks = try SignalSampler.process.withLock { sampler throws(Diagnostic) in try sampler.stacks() }
        let kind = Profile.Kind("threads", unit: "count")
        var profile = Profile(kinds: [kind], period: kind)
        profile.startNanoseconds = start
        var symbolizer = Symbolizer(images: ProcessImage.all)
        for (thread, stack) in stacks.sorted(by: { $0.key < $1.key }) {
            let frames = stack.map { symbolizer.frame(at: $0) }
            let labels = labels(of: thread)
            if frames.isEmpty {
                profile.add(frames: ["a thread that does not answer"], values: [1], labels: labels)
            } else {
                profile.add(frames, values: [1], labels: labels)
            }
        }
        profile.mappings = symbolizer.mappings
        return profile
    }

    /// As above; the waiting task occupies no thread of Swift's.
    package static func takeProfile() async throws(Diagnostic) -> Profile {
        try await CPUProfiler.queue.result { () throws(Diagnostic) in try profile() }
    }

    /// proc_pid_stat(5): the number, the name in brackets, which may contain any character, and a letter for the state.
    private static func labels(of thread: Int32) -> [Profile.Label] {
        guard let line = try? SmallFile.text(of: "/proc/self/task/\(thread)/stat"),
            let start = line.firstIndex(of: "("), let end = line.lastIndex(of: ")"), start < end
        else { return [] }
        let name = String(line[line.index(after: start)..<end])
        var labels = [Profile.Label("thread", text: name)]
        if let letter = line[end...].dropFirst(2).first {
            let states: [Character: String] = [
                "R": "running", "S": "waiting", "D": "waiting for a device", "T": "stopped",
            ]
            labels.append(Profile.Label("state", text: states[letter] ?? String(letter)))
        }
        return labels
    }
}
