internal import Runs
internal import PluginKit

/// Shows the progress of a run: one line that is redrawn on a terminal, a plain line at intervals elsewhere.
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

    /// How often the line is updated while nothing happens; nil if it is not shown.
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

    /// Starts over for another run.
    func restart() { state.withLock { $0 = State() } }

    /// Clears the line, so that what follows starts on an empty one.
    func clear() {
        if redraws, state.withLock({ $0.isShown }) { terminal.redraw("") }
    }
}
