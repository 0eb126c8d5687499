internal import PluginKit

/// The content of a checkpoint, taken between two pages while no sink is writing.
///
/// Nothing of it is on the disk yet.
struct Snapshot: Sendable {
    /// Where each source continues, by stage.
    var cursors: [String: String] = [:]
    /// The mark of each sink, by stage.
    var marks: [String: String] = [:]
    /// Memories and edges, by `StateName`.
    var states: [String: [UInt8]] = [:]
    /// The counts (`RunCounters`).
    var counters: [UInt8] = []
    /// The files that are being written, and how many of their bytes are valid.
    var parts: [StagedFile] = []
    /// The folders of memories, where some files can be removed after this is stored.
    var folders: [SpillFolder] = []
}
