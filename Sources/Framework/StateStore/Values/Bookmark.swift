/// How far a source has got over all runs, so that the next run reads what is new.
public struct Bookmark: Sendable, Hashable {
    /// The source's stage.
    public var stage: String
    /// Where the next run begins.
    public var cursor: String
    /// What the engine wants to know beside it, such as the keys of the records at the edge.
    public var edge: [UInt8]

    /// A bookmark.
    public init(stage: String, cursor: String, edge: [UInt8] = []) {
        self.stage = stage
        self.cursor = cursor
        self.edge = edge
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
