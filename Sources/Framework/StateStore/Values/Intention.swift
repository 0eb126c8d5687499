/// What a run is about to make visible, recorded in one transaction before anything is.
///
/// A later start that finds it carries it out, even if the pipeline file has changed since: files need no plugin, and
/// for other sinks it contains what is needed to create the sink.
public struct Intention: Sendable, Hashable {
    /// The files that get their final names.
    public var files: [IntendedFile]
    /// The sinks that commit, in the order of their commits.
    public var commits: [IntendedCommit]
    /// The positions of its sources; nil if an earlier version has stored it, which left them in the checkpoint.
    public var bookmarks: [Bookmark]?

    /// Creates an intention.
    public init(files: [IntendedFile] = [], commits: [IntendedCommit] = [], bookmarks: [Bookmark]? = nil) {
        self.files = files
        self.commits = commits
        self.bookmarks = bookmarks
    }
}

/// The commit of a sink, with all that is needed to create that sink again.
public struct IntendedCommit: Sendable, Hashable {
    /// The name of the sink in the pipeline.
    public var stage: String
    /// Its plugin.
    public var plugin: String
    /// The version of the plugin.
    public var version: Int
    /// Whether it can be refused, and so whether it comes before the files or after them.
    public var isRefusable: Bool
    /// Its options and the columns of its input, as TOML; references such as `${env:TOKEN}` are stored as written, so
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
