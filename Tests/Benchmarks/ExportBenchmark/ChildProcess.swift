import Glibc

/// A program that was run to its end, and what the kernel says that it took.
struct ChildProcess {
    /// What it exited with; 128 and more if a signal ended it.
    let exitCode: Int32
    /// From start to end.
    let wallSeconds: Double
    /// User and system time, of all its threads.
    let cpuSeconds: Double
    /// The most memory that it had at one time.
    ///
    /// The kernel counts what its parent had when it started it, so the parent has to be small.
    let peakBytes: Int

    /// Runs a program; what it says goes to a file.
    ///
    /// - Precondition: the program can be started.
    init(_ arguments: [String], output: String) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var copies: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        copies.append(nil)

        var process: pid_t = 0
        let start = ContinuousClock.now
        let failure = posix_spawnp(&process, arguments[0], &actions, nil, copies, environ)
        precondition(failure == 0, "'\(arguments[0])' does not start: \(String(cString: strerror(failure)))")
        var status: Int32 = 0
        var usage = rusage()
        while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
        wallSeconds = Self.seconds(ContinuousClock.now - start)
        cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        peakBytes = usage.ru_maxrss * 1024
        exitCode = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Whether there is a program of this name.
    static func exists(_ name: String) -> Bool {
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
