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
        /// As many files of the run as `files` lists, which may be none; the next start publishes the others.
        case partly
    }

    /// What lies under final names.
    public var standing: Standing {
        switch outcome {
        case .published: .everything
        case .unrecorded: .unrecorded
        case .nothingNew: .earlier
        case .failed, .tooManyRejected, .sumsDisagree, .stopped, .moved:
            isToBePublished ? .partly : canBeResumed ? .later : .nothing
        }
    }
}
