internal import Glibc

/// Signals that end a program which does not handle them, and that ask for no more than its end.
enum EndingSignals {
    /// All of them.
    ///
    /// Those that are ignored when the program starts stay so (`nohup`), except the first three: shells have
    /// what runs in the background of a script ignore two of them.
    static let all = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU]

    /// Whether a signal is ignored.
    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        // SIG_IGN is not a function but a number in the place of one: only as numbers can they be compared.
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
