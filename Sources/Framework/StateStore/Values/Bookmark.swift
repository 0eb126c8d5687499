/// How far a source has got over all runs, so that the next run reads what is new.
public struct Bookmark: Sendable, Hashable {
    /// The source's stage.
    public var stage: String
    /// Where the next run begins.
    public var cursor: String
    /// What the engine wants to know beside it, such as the keys of the records at the edge.
    public var edge: [UInt8]
    /// What it belongs to; nil if that is not known: an earlier version has set it, or it was adopted.
    public var owner: BookmarkOwner?

    /// A bookmark.
    public init(stage: String, cursor: String, edge: [UInt8] = [], owner: BookmarkOwner? = nil) {
        self.stage = stage
        self.cursor = cursor
        self.edge = edge
        self.owner = owner
    }
}

/// What a bookmark belongs to, apart from the names of its pipeline and its stage.
public struct BookmarkOwner: Sendable, Hashable {
    /// What decides which records the source has, as a text for people and for comparison.
    public var source: String
    /// The pipeline file, as a path from the state folder.
    public var file: String

    /// An owner.
    public init(source: String, file: String) {
        self.source = source
        self.file = file
    }
}

/// A bookmark with where it comes from.
public struct StoredBookmark: Sendable, Hashable {
    /// The pipeline that it belongs to.
    public let pipeline: String
    /// The bookmark.
    public let bookmark: Bookmark
    /// The run that set it.
    public let run: String
    /// When, in milliseconds since 1970-01-01T00:00:00Z.
    public let changedAt: Int64
}
