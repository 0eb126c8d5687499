internal import Engine
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
    }

    private let terminal: Terminal
    private let redraws: Bool
    private let isSilent: Bool
    private let state = Guarded(State())

    init(_ terminal: Terminal, mode: Mode) {
        self.terminal = terminal
        redraws = mode == .auto && terminal.isInteractive && !terminal.isJSON
        isSilent = mode == .none || terminal.isQuiet || terminal.isJSON
    }

    func show(_ progress: RunProgress) {
        guard !isSilent else { return }
        let interval: Duration = redraws ? .milliseconds(100) : .seconds(5)
        let isDue = state.withLock { state in
            guard progress.elapsed - state.lastShown >= interval else { return false }
            state.lastShown = progress.elapsed
            state.isShown = true
            return true
        }
        guard isDue else { return }
        let line = text(progress)
        if redraws { terminal.redraw(line) } else { terminal.say(line) }
    }

    /// Takes the line away, so that what follows begins on a clean one.
    func clear() {
        if redraws, state.withLock({ $0.isShown }) { terminal.redraw("") }
    }

    private func text(_ progress: RunProgress) -> String {
        let seconds = progress.elapsed.seconds
        let rate = seconds > 0 ? Int(Double(progress.read) / seconds) : 0
        let doing = progress.isFinishing ? "completing '\(progress.stage)'" : "'\(progress.stage)'"
        return "\(doing): \(progress.read.grouped) read, \(rate.grouped)/s, \(progress.elapsed.shortText)"
    }
}
