internal import Records
internal import StateStore

extension Bookmark {
    /// How far the sources had got at a checkpoint.
    static func edges(_ checkpoint: Checkpoint) -> [Bookmark] {
        checkpoint.states.compactMap { name, bytes in
            guard name.hasPrefix(StateName.edgePrefix) else { return nil }
            let stage = String(name.dropFirst(StateName.edgePrefix.count))
            return edge(bytes, of: stage)?.owned(by: BookmarkOwners.owner(of: stage, in: checkpoint))
        }
    }

    /// The bookmark with an owner.
    func owned(by owner: BookmarkOwner?) -> Bookmark {
        var bookmark = self
        bookmark.owner = owner
        return bookmark
    }

    /// An edge as a bookmark; nil if nothing has been read.
    static func edge(_ bytes: [UInt8], of stage: String) -> Bookmark? {
        var reader = StateReader(bytes)
        guard let edge = try? IncrementEdge(from: &reader), edge.greatest != nil || !edge.keys.isEmpty
        else { return nil }
        // Records without a value are known only by their keys.
        return Bookmark(stage: stage, cursor: edge.place, edge: bytes)
    }
}
