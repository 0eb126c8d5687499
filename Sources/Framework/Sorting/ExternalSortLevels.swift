internal import Diagnostics

/// The runs on the disk.
///
/// A full level is merged into one run of the next, so that a merge of all runs never reads from more than a few dozen
/// places.
///
/// Runs of a higher level contain records that were added earlier; within a level they are in the order of creation. A
/// merge that prefers the earlier run is therefore stable.
struct ExternalSortLevels {
    private struct Level {
        let file: ExternalSortFile
        var runs: [ExternalSortRun] = []
        var end = 0
    }

    private let path: String
    private let memory: Int
    private let width: Int
    private var levels: [Level] = []

    init(near path: String, memory: Int, width: Int) {
        self.path = path
        self.memory = memory
        self.width = max(2, width)
    }

    var isEmpty: Bool { levels.isEmpty }

    /// Writes the records of a sorted buffer as a run.
    mutating func append(_ buffer: ExternalSortBuffer) throws(Diagnostic) {
        try makeRoom(at: 0)
        var writer = ExternalSortWriter(levels[0].file, at: levels[0].end, bufferSize: memory / 16)
        if buffer.isAscending {
            try writer.appendDirectly(buffer.records.span)
        } else {
            for position in 0..<buffer.count {
                try buffer.withRecord(position) { (record) throws(Diagnostic) in try writer.append(record) }
            }
        }
        try close(writer, at: 0)
    }

    /// The records of all runs in order.
    func merged() throws(Diagnostic) -> ExternalSortMerge {
        try ExternalSortMerge(levels.reversed().flatMap(\.runs), memory: memory)
    }

    private mutating func makeRoom(at level: Int) throws(Diagnostic) {
        if level == levels.count { levels.append(Level(file: try ExternalSortFile(near: path))) }
        guard levels[level].runs.count >= width else { return }
        try makeRoom(at: level + 1)
        var merge = try ExternalSortMerge(levels[level].runs, memory: memory)
        var writer = ExternalSortWriter(
            levels[level + 1].file,
            at: levels[level + 1].end,
            bufferSize: memory / 16
        )
        while try merge.nextRecord({ (_, record) throws(Diagnostic) in try writer.append(record) }) {}
        try close(writer, at: level + 1)
        levels[level].runs = []
        levels[level].end = 0
        try levels[level].file.removeAll()
    }

    private mutating func close(_ writer: consuming ExternalSortWriter, at level: Int) throws(Diagnostic) {
        let run = try writer.finish()
        levels[level].runs.append(run)
        levels[level].end = run.end
    }
}
