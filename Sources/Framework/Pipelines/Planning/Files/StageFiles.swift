internal import PluginKit

/// The files that the options of a stage name, and what happens to existing ones.
struct StageFiles: Sendable {
    let files: [DeclaredFile]
    let onExisting: OnExisting?
    let offersOnExisting: Bool
    var mayHaveParts: Bool
}
