/// How far a source has read over all runs, so that the next run reads what is new.
public struct Bookmark: Sendable, Hashable {
    /// The source's stage.
    public var stage: String
    /// The position at which the next run begins.
    public var cursor: String
    /// Additional state of the engine, such as the keys of the records at the edge.
    public var edge: [UInt8]
    /// The owner; nil if unknown: an earlier version has set the bookmark, or it was adopted.
    public var owner: BookmarkOwner?

    /// A bookmark.
    public init(stage: String, cursor: String, edge: [UInt8] = [], owner: BookmarkOwner? = nil) {
        self.stage = stage
        self.cursor = cursor
        self.edge = edge
        self.owner = owner
    }
}

/// The owner of a bookmark, apart from the names of its pipeline and its stage.
public struct BookmarkOwner: Sendable, Hashable {
    /// What determines which records the source has, as text for messages and comparison.
    public var source: String
    /// The pipeline file, as a path from the state folder.
    public var file: String

    /// An owner.
    public init(source: String, file: String) {
        self.source = source
        self.file = file
    }
}

/// A bookmark and its origin.
public struct StoredBookmark: Sendable, Hashable {
    /// The pipeline that it belongs to.
    public let pipeline: String
    /// The bookmark.
    public let bookmark: Bookmark
    /// The run that set it.
    public let run: String
    /// When it was set, in milliseconds since 1970-01-01T00:00:00Z.
    public let changedAt: Int64
}
