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
        var step = ""
    }

    private let terminal: Terminal
    private let redraws: Bool
    private let isSilent: Bool
    private let state = Locked(State())

    init(_ terminal: Terminal, mode: Mode) {
        self.terminal = terminal
        redraws = mode == .auto && terminal.isInteractive && !terminal.isJSON && terminal.log == .text
        isSilent = mode == .none || terminal.isQuiet || terminal.isJSON && terminal.log == .text
    }

    /// How often the line is updated while nothing happens; nil if it is not shown.
    var tick: Duration? { isSilent ? nil : redraws ? .milliseconds(500) : .seconds(5) }

    func show(_ progress: RunProgress) {
        guard !isSilent else { return }
        let interval: Duration = redraws ? .milliseconds(100) : .seconds(5)
        let shown = state.withLock { state -> (RecentProgress.Reading, step: String)? in
            guard progress.elapsed - state.lastShown >= interval else { return nil }
            state.lastShown = progress.elapsed
            state.isShown = true
            return (state.recent.reading(of: .init(progress)), state.step)
        }
        guard let (reading, step) = shown else { return }
        if redraws {
            terminal.redraw(reading.line(width: terminal.width))
        } else if terminal.log == .json {
            terminal.log(reading.logLine(step: step))
        } else {
            terminal.say(reading.line(width: nil))
        }
    }

    /// Starts over for the run of another step.
    func restart(step: String) { state.withLock { $0 = State(step: step) } }

    /// Clears the line, so that what follows starts on an empty one.
    func clear() {
        if redraws, state.withLock({ $0.isShown }) { terminal.redraw("") }
    }
}
