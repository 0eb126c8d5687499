internal import PluginKit
internal import StateStore

/// The condition of a run that has not recorded its end.
public enum RunStanding: Sendable, Hashable {
    /// Its process works on it.
    case working
    /// A signal ended its process before the end was recorded: a second signal, or one that found the run waiting for
    /// something that could not be cancelled.
    case interrupted(signal: Int32)
    /// Its process is gone: killed, or crashed.
    case died(process: Int32)
    /// The machine that it ran on has been restarted, or it ran on another machine.
    case lost(process: Int32)
    /// Its process could not record the end, or a later run has begun since.
    case unrecorded

    /// The condition of a pipeline's last run, if it has not recorded its end.
    ///
    /// - Parameters:
    ///   - pipeline: Its name in the state.
    ///   - folder: The state folder.
    init(of pipeline: String, in folder: String) {
        let holder = PipelineLock.holder(of: pipeline, in: folder)
        let isHeld = PipelineLock.isHeld(of: pipeline, in: folder)
        guard isHeld != true else {
            self = .working
            return
        }
        guard let holder else {
            self = .unrecorded
            return
        }
        if let signal = holder.signal, holder.isAlive != true {
            self = .interrupted(signal: signal)
        } else if holder.isAlive == true || (holder.isAlive == nil && isHeld == nil) {
            self = .working
        } else {
            self = holder.isOfAnotherBoot ? .lost(process: holder.pid) : .died(process: holder.pid)
        }
    }

    /// The status for programs, which replaces the one in the state: `interrupted`, `died`, `cut-off`; nil while it
    /// works.
    public var status: String? {
        switch self {
        case .working: nil
        case .interrupted: "interrupted"
        case .died, .lost: "died"
        case .unrecorded: "cut-off"
        }
    }

    /// The same for people; nil while it works.
    public var words: String? {
        switch self {
        case .working: nil
        case .interrupted(let signal): "interrupted (signal \(signal))"
        case .died(let process): "died: the process \(process) is gone"
        case .lost(let process): "died: the process \(process) ran before the machine was restarted, or on another one"
        case .unrecorded: "cut off"
        }
    }
}

extension RunHistory.Entry {
    /// The entry of a run that the state knows.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - folder: The state folder.
    init(_ run: StoredRun, in folder: String) {
        let standing: RunStanding? =
            switch run.status {
            case .running, .intended: RunStanding(of: run.identity.pipeline, in: folder)
            // It was cut off, and abandoned by the next run.
            case .stopped where run.endedAt == nil: .unrecorded
            case .complete, .failed, .stopped, .refused, .partly: nil
            }
        self.init(
            id: run.identity.id,
            pipeline: run.identity.pipeline,
            status: run.status.rawValue,
            standing: standing,
            startedAt: run.startedAt,
            endedAt: run.endedAt
        )
    }
}
