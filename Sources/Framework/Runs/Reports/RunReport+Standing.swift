extension RunReport {
    /// What is visible under final names when a run has ended.
    ///
    /// All messages about it are derived from this.
    public enum Standing: Sendable, Hashable {
        /// All files of the run.
        case everything
        /// All files of the run; the next start of the pipeline records that.
        case unrecorded
        /// The files of an earlier run: there was nothing new.
        case earlier
        /// No file of the run.
        case nothing
        /// No file of the run yet; the next run continues at its checkpoint.
        case later
        /// The files in `files` and the commits marked as done in `commits`, possibly neither. The next start makes the
        /// rest visible.
        case partly
    }

    /// What is visible under final names.
    public var standing: Standing {
        switch outcome {
        case .published: .everything
        case .unrecorded: .unrecorded
        case .nothingNew: .earlier
        case .partly: .partly
        case .failed, .tooManyRejected, .sumsDisagree, .stopped, .sourceChanged, .refused:
            isToBePublished ? .partly : canBeResumed ? .later : .nothing
        }
    }
}
