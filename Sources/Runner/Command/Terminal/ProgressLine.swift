internal import Runs
internal import PluginKit

/// Shows how far a run is: one line that redraws itself on a terminal, a plain line now and then elsewhere.
final class ProgressLine: Sendable {
    enum Mode: String, CaseIterable {
        case auto
        case plain
        case none
    }

    private struct State {
        var lastShown: Duration = .zero
        var isShown = false
        var recent = RecentProgress()
    }

    private let terminal: Terminal
    private let redraws: Bool
    private let isSilent: Bool
    private let state = Locked(State())

    init(_ terminal: Terminal, mode: Mode) {
        self.terminal = terminal
        redraws = mode == .auto && terminal.isInteractive && !terminal.isJSON
        isSilent = mode == .none || terminal.isQuiet || terminal.isJSON
    }

    /// How often the line wants to be told of a run in which nothing happens; nil if nobody sees it.
    var tick: Duration? { isSilent ? nil : redraws ? .milliseconds(500) : .seconds(5) }

    func show(_ progress: RunProgress) {
        guard !isSilent else { return }
        let interval: Duration = redraws ? .milliseconds(100) : .seconds(5)
        let line = state.withLock { state -> String? in
            guard progress.elapsed - state.lastShown >= interval else { return nil }
            state.lastShown = progress.elapsed
            state.isShown = true
            return state.recent.line(for: .init(progress), width: redraws ? terminal.width : nil)
        }
        guard let line else { return }
        if redraws { terminal.redraw(line) } else { terminal.say(line) }
    }

    /// Begins with another run.
    func restart() { state.withLock { $0 = State() } }

    /// Takes the line away, so that what follows begins on a clean one.
    func clear() {
        if redraws, state.withLock({ $0.isShown }) { terminal.redraw("") }
    }
}
