package import PluginKit

/// Keeps the first records.
package struct Limit: Transform {
    package static let name = "limit"
    package static let summary = "Keeps the first records, and ends the reading after them."
    package static let details = """
        After `skip` records, `records` are kept, in their order; the others are left out and counted. When they are \
        complete, nothing more is read for this stage: a source ends early if no other stage wants its records, and \
        what a stage before has in its memory is discarded. A source that was not read to its end leaves no bookmark, \
        so a later run with `since` reads the same records again.

        Records come in the order in which they are read. For the greatest or the newest, sort before.
        """
    package static let example: String? = """
        [[transform]]
        use = "limit"
        records = 100
        """

    package struct Options: OptionGroup {
        @Option("How many records to keep.", in: 0...1_000_000_000_000_000)
        package var records: Int

        @Option("How many records to leave out before the first that is kept.", in: 0...1_000_000_000_000_000)
        package var skip = 0

        package init() {}
    }

    package let outputs: [Output]
    package let needsWhole: String? = "each part would keep its own first records"
    private let kept: Range<Int>

    package init(_ options: Options, inputs: Inputs, in context: StageContext) {
        kept = options.skip..<options.skip + options.records
        outputs = [Output(inputs.main)]
    }

    package func makeMemory(_ files: SpillFolder) -> Int { 0 }

    package func wantsMore(_ memory: borrowing Int) -> Bool { memory < kept.upperBound }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Int,
        outputs: inout Outputs
    ) {
        let rows = (kept.lowerBound - memory)..<(kept.upperBound - memory)
        let all = batch.count
        memory = min(memory + all, kept.upperBound)
        let inside = rows.clamped(to: 0..<all)
        guard inside.count < all else { return }
        let (before, after) = (max(0, min(rows.lowerBound, all)), all - max(0, min(rows.upperBound, all)))
        batch.keep(rows: inside.map { UInt32(truncatingIfNeeded: $0) })
        batch.noteFiltered(before, because: "before the first")
        batch.noteFiltered(after, because: "after the last")
    }
}

extension Limit {
    /// It reads no column: which records stay depends on their number alone.
    package var needs: Needs { .columns([]) }
}
