internal import PluginKit
internal import Profiling
internal import Runs

/// What holds memory, in the form of a heap profile: batches, memories of transforms, caches, and the rest.
///
///     cells of batches ← queue of sink 'csv' ← pipeline 'films'
extension Profile {
    /// The profile of memory in use.
    ///
    /// - Parameters:
    ///   - holdings: What is known to hold memory.
    ///   - process: The memory of the process.
    init(_ holdings: [MemoryHolding], in process: ProcessResources) {
        self.init(
            kinds: [
                Kind("inuse_objects", unit: "count"), Kind("inuse_space", unit: "bytes"),
                Kind("spilled_space", unit: "bytes"),
            ],
            period: Kind("space", unit: "bytes"),
            defaultType: "inuse_space"
        )
        var known = 0
        for holding in holdings {
            let labels = [Label("kind", text: holding.kind.rawValue), Label("owner", text: holding.owner)]
            let isSpill = holding.kind == .spill
            if !isSpill { known = known.adding(clamped: holding.bytes) }
            add(
                frames: holding.path,
                values: [holding.count, isSpill ? 0 : holding.bytes, isSpill ? holding.bytes : 0],
                labels: labels
            )
        }
        let used = process.heapUsedBytes.adding(clamped: process.heapMappedBytes)
        if used > known {
            add(
                frames: ["everything else that is allocated", "process"],
                values: [1, used - known, 0],
                labels: [Label("kind", text: "other")]
            )
        }
        comments = [
            "resident memory: \(process.residentBytes.counted("byte"))",
            "peak: \(process.residentPeakBytes.counted("byte"))",
            "free memory that the allocator keeps: \(process.heapFreeBytes.counted("byte"))",
        ]
    }
}
