/// What the destination of a sink holds, where that is something else than files: a table, a bucket.
///
/// A contract looks at it before and after a sink commits. The destination of each trial is a new one, made for a folder
/// of its own.
public struct SinkDestination: Sendable {
    /// What is visible, by name, for the folder that the sink was made for.
    let visible: @Sendable (_ folder: String) throws -> [String: [UInt8]]
    /// What was begun and is neither visible nor removed, in words: staged rows, open uploads.
    let hidden: @Sendable (_ folder: String) throws -> [String]
    /// How the names of files in that folder begin that are the destination itself.
    let ownFiles: String?
    private let isFolder: Bool

    /// A destination.
    ///
    /// - Parameters:
    ///   - ownFiles: How the names of files in the folder begin that are the destination itself, such as a database; nil if
    ///     there are none.
    ///   - visible: What is visible, by name.
    ///   - hidden: What was begun and is neither visible nor removed, in words.
    public init(
        ownFiles: String? = nil,
        visible: @escaping @Sendable (_ folder: String) throws -> [String: [UInt8]],
        hidden: @escaping @Sendable (_ folder: String) throws -> [String]
    ) {
        self.ownFiles = ownFiles
        isFolder = false
        self.visible = visible
        self.hidden = hidden
    }

    /// The one of a sink that makes nothing but files.
    static let folder = SinkDestination(isFolder: true)

    private init(isFolder: Bool) {
        self.isFolder = isFolder
        ownFiles = nil
        visible = { _ in [:] }
        hidden = { _ in [] }
    }

    /// Whether it is something else than files.
    var commits: Bool { !isFolder }

    /// The names of files that are not the destination itself.
    func foreign(_ names: [String]) -> [String] {
        guard let ownFiles else { return names }
        return names.filter { !$0.hasPrefix(ownFiles) }
    }
}
