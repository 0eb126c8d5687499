internal import PluginKit

/// The files that the options of a stage name, and what is to happen to those that are there already.
struct StageFiles: Sendable {
    let files: [DeclaredFile]
    let onExisting: OnExisting?
    let offersOnExisting: Bool
    var mayHaveParts: Bool
}
