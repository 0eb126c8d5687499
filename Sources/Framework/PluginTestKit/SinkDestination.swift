/// The destination of a sink that does not consist of files: a table, a bucket.
///
/// A contract reads it before and after a sink commits. Each trial has a new destination, in a folder of its own.
public struct SinkDestination: Sendable {
    /// What is visible, by name, for the folder that the sink was created for.
    let visible: @Sendable (_ folder: String) throws -> [String: [UInt8]]
    /// What was begun and is neither visible nor removed, as text: staged rows, open uploads.
    let hidden: @Sendable (_ folder: String) throws -> [String]
    /// The prefix of the names of files in that folder that belong to the destination.
    let ownFiles: String?
    private let isFolder: Bool

    /// Creates a destination.
    ///
    /// - Parameters:
    ///   - ownFiles: The prefix of the names of files in the folder that belong to the destination, such as a database;
    ///     nil if there are none.
    ///   - visible: What is visible, by name.
    ///   - hidden: What was begun and is neither visible nor removed, as text.
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

    /// The destination of a sink that only writes files.
    static let folder = SinkDestination(isFolder: true)

    private init(isFolder: Bool) {
        self.isFolder = isFolder
        ownFiles = nil
        visible = { _ in [:] }
        hidden = { _ in [] }
    }

    /// Whether it does not consist of files.
    var commits: Bool { !isFolder }

    /// The names of files that do not belong to the destination.
    func foreign(_ names: [String]) -> [String] {
        guard let ownFiles else { return names }
        return names.filter { !$0.hasPrefix(ownFiles) }
    }
}
