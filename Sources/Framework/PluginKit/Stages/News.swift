/// What is new in a source that finds that out by itself, such as the new files in a folder: see `Source.news(since:)`.
public struct News: Sendable, Hashable {
    /// What the run reads, in a form of the source's own: each request of the run has it (`ReadRequest.selection`), also
    /// when another process resumes the run.
    public let selection: [UInt8]
    /// What the source receives before the next run, once this one is complete: all that it must know of what was read.
    public let bookmark: [UInt8]
    /// How far the source has been read then, in a few words for users: `12 files`.
    public let place: String

    /// Creates the news.
    ///
    /// - Parameters:
    ///   - selection: What the run reads.
    ///   - bookmark: What the source receives before the next run.
    ///   - place: How far the source has been read then, in a few words for users.
    public init(selection: [UInt8], bookmark: [UInt8], place: String) {
        self.selection = selection
        self.bookmark = bookmark
        self.place = place
    }
}

extension News: StoredState {
    /// Appends the news to a checkpoint.
    public func write(to writer: inout StateWriter) {
        writer.write(selection)
        writer.write(bookmark)
        place.write(to: &writer)
    }

    /// Reads the news from a checkpoint.
    public init(from reader: inout StateReader) throws(Diagnostic) {
        self.init(
            selection: try reader.readBytes(),
            bookmark: try reader.readBytes(),
            place: try String(from: &reader)
        )
    }
}
