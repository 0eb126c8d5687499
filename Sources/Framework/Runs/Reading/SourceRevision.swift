internal import PluginKit
internal import StateStore

/// What a source said of its data before a run, and the files that the run has made of it.
struct SourceRevision: Sendable {
    /// The source's stage.
    let stage: String
    /// What it said, behind the configuration of the run.
    let text: String
    /// The files that were published.
    private(set) var files: [MadeFile] = []

    /// A file that a run has published.
    struct MadeFile: StoredState, Hashable {
        let path: String
        let bytes: Int

        init(path: String, bytes: Int) {
            self.path = path
            self.bytes = bytes
        }

        /// Whether it is still there, as large as it was.
        var isThere: Bool { FileSystem.size(of: path) == bytes && !FileSystem.isFolder(path) }

        func write(to writer: inout StateWriter) {
            path.write(to: &writer)
            bytes.write(to: &writer)
        }

        init(from reader: inout StateReader) throws(Diagnostic) {
            path = try String(from: &reader)
            bytes = try Int(from: &reader)
        }
    }

    init(of stage: String, text: String) {
        self.stage = stage
        self.text = text
    }

    /// A revision as the state has it; nil if it is something else.
    init?(_ bookmark: Bookmark) {
        guard bookmark.stage.hasSuffix(Self.suffix) else { return nil }
        self.init(of: String(bookmark.stage.dropLast(Self.suffix.count)), text: bookmark.cursor)
        var reader = StateReader(bookmark.edge)
        // One of an earlier version knows no files.
        files = (try? [MadeFile](from: &reader)) ?? []
    }

    /// The revision as the state has it, once these files are published.
    func bookmark(with files: [MadeFile]) -> Bookmark {
        var writer = StateWriter()
        files.write(to: &writer)
        return Bookmark(stage: stage + Self.suffix, cursor: text, edge: writer.bytes)
    }

    /// What tells it from the bookmark of the source itself: no stage has such a name.
    private static let suffix = " (revision)"

    /// Those that the first attempt of a run has noted.
    static func all(in checkpoint: Checkpoint) -> [SourceRevision] {
        checkpoint.states.sorted { $0.key < $1.key }.compactMap { name, bytes in
            guard name.hasPrefix(StateName.revisionPrefix) else { return nil }
            let stage = String(name.dropFirst(StateName.revisionPrefix.count))
            return SourceRevision(of: stage, text: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Puts it into a checkpoint, for an attempt that takes the run up.
    func keep(in checkpoint: inout Checkpoint) {
        checkpoint.states[StateName.revisionPrefix + stage] = Array(text.utf8)
    }
}
