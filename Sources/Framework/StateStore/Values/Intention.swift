/// What a run is about to make visible, written down in one transaction before the first of it is.
///
/// From then on a start that finds it carries it out, whatever has become of the pipeline file: files need no plugin, and
/// for the others there is what a sink is made of.
public struct Intention: Sendable, Hashable {
    /// The files that get their final names.
    public var files: [Publication]
    /// The sinks that commit, in the order of their commits.
    public var commits: [IntendedCommit]
    /// How far its sources have got; nil if an earlier version has stored it, which left that to the checkpoint.
    public var bookmarks: [Bookmark]?

    /// What a run is about to make visible.
    public init(files: [Publication] = [], commits: [IntendedCommit] = [], bookmarks: [Bookmark]? = nil) {
        self.files = files
        self.commits = commits
        self.bookmarks = bookmarks
    }
}

/// The commit of a sink, with all that it takes to make that sink again.
public struct IntendedCommit: Sendable, Hashable {
    /// What the pipeline calls the sink.
    public var stage: String
    /// Its plugin.
    public var plugin: String
    /// The version of that.
    public var version: Int
    /// Whether it can be refused, and with that whether it comes before the files or after them.
    public var isRefusable: Bool
    /// Its options and the columns of its input, as TOML; references such as `${env:TOKEN}` are as they were written, so
    /// that no secret is stored.
    public var options: String
    /// The mark to commit at.
    public var mark: String
    /// Whether the commit has returned.
    public var isDone: Bool

    /// A commit.
    public init(
        stage: String,
        plugin: String,
        version: Int,
        isRefusable: Bool,
        options: String,
        mark: String,
        isDone: Bool = false
    ) {
        self.stage = stage
        self.plugin = plugin
        self.version = version
        self.isRefusable = isRefusable
        self.options = options
        self.mark = mark
        self.isDone = isDone
    }
}
