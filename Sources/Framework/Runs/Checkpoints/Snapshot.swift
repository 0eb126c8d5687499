internal import PluginKit

/// Everything that a checkpoint says, taken between two pages with all sinks at rest; nothing of it is on the disk yet.
struct Snapshot: Sendable {
    /// Where each source goes on, by stage.
    var cursors: [String: String] = [:]
    /// Where each sink goes on, by stage.
    var marks: [String: String] = [:]
    /// What is remembered, by what remembers it.
    var states: [String: [UInt8]] = [:]
    /// What was counted.
    var counters: [UInt8] = []
    /// The files that are being written, and how much of them counts.
    var parts: [StagedFile] = []
    /// Where the files of memories are, some of which nothing may refer to any more once this is stored.
    var folders: [SpillFolder] = []
}
