internal import Glibc

/// Signals that end a program which does not handle them, and that request nothing else.
enum EndingSignals {
    /// The signals.
    ///
    /// Signals that are ignored when the program starts remain ignored (`nohup`), except the first three: shells have
    /// background commands of a script ignore two of them.
    static let all = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU]

    /// Whether a signal is ignored.
    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // SIG_IGN is not a function but a number in its place, so they are compared as numbers.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
