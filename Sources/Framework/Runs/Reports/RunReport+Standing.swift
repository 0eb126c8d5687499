extension RunReport {
    /// What lies under final names when a run has ended: the one source of every sentence about it.
    public enum Standing: Sendable, Hashable {
        /// All files of the run.
        case everything
        /// All files of the run; the next start of the pipeline writes that down.
        case unrecorded
        /// The files of an earlier run: there was nothing new.
        case earlier
        /// No file of the run.
        case nothing
        /// No file of the run yet; the next run continues at its checkpoint.
        case later
        /// Of the run, the files that `files` lists and the commits that `commits` states as done, which may be none; the
        /// next start makes the rest visible.
        case partly
    }

    /// What lies under final names.
    public var standing: Standing {
        switch outcome {
        case .published: .everything
        case .unrecorded: .unrecorded
        case .nothingNew: .earlier
        case .partly: .partly
        case .failed, .tooManyRejected, .sumsDisagree, .stopped, .moved, .refused:
            isToBePublished ? .partly : canBeResumed ? .later : .nothing
        }
    }
}
