package import PluginKit
internal import Spilling

/// Counts the records of each group and adds a column up, with more groups than memory holds.
///
/// Groups that are too many go into a sorted run as sums so far; in the end those of one group are added up.
package struct Aggregate: Transform {
    package static let name = "aggregate"
    package static let summary = "Counts the records of each group, and adds a column up."

    package struct Options: OptionGroup {
        @Option("The columns that make a group.") var per: [ColumnName]
        @Option("The column to add up.") var sum: ColumnName
        @Option("How many groups are held in memory.", in: 1...1_000_000) var groups = 100
        package init() {}
    }

    /// Sums so far.
    package struct Memory {
        fileprivate var places: [[Value]: Int] = [:]
        /// One record a group, as they come out.
        fileprivate var sums: [[Value]] = []
        fileprivate var runs: SortedRuns
    }

    package let outputs: [Output]
    private let group: [Field]
    private let summand: Field
    private let summandName: String
    private let order: SortOrder
    private let mostGroups: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let group = try options.per.map { try inputs.main.field($0.name, at: options.$per) }
        self.group = group
        summand = try inputs.main.field(options.sum.name, at: options.$sum)
        summandName = options.sum.name
        let columns = group.map { inputs.main.columns[$0.index] }
        outputs = [Output(Schema(columns).adding("count", kind: .integer).adding("sum", kind: .integer))]
        order = SortOrder(group.indices.map { Field(index: $0, kind: group[$0].kind) })
        mostGroups = options.groups
        pageSize = context.batchSize
    }

    package func makeMemory(_ files: SpillFolder) -> Memory {
        Memory(runs: SortedRuns(outputs[0].schema, by: order, memory: 0, in: files))
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Memory,
        outputs: inout Outputs
    ) throws {
        for row in 0..<batch.count {
            let key = group.map { batch[row, $0] }
            let number = batch.integer(row, in: summand) ?? 0
            if let place = memory.places[key] {
                memory.sums[place] = add(memory.sums[place], key + [.integer(1), .integer(number)])
            } else {
                if memory.sums.count >= mostGroups { try spill(&memory) }
                memory.places[key] = memory.sums.count
                memory.sums.append(key + [.integer(1), .integer(number)])
            }
        }
        batch.absorb()
    }

    package func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) throws -> Drained {
        if page == 0 { try spill(&memory) }
        while outputs[0].count < pageSize {
            guard let key = try memory.runs.nextKey() else { return .end }
            // A page ends between two groups, so nothing of one is left in the memory.
            var sums: [Value]?
            while try memory.runs.nextKey() == key {
                _ = try memory.runs.next { batch, row in sums = sums.map { add($0, batch[row]) } ?? batch[row] }
            }
            if let sums { outputs[0].append(sums) }
        }
        return .more
    }

    private func spill(_ memory: inout Memory) throws {
        try memory.runs.add(Batch(outputs[0].schema, records: memory.sums))
        (memory.places, memory.sums) = ([:], [])
    }

    private func add(_ left: [Value], _ right: [Value]) -> [Value] {
        Array(left.prefix(group.count))
            + zip(left.suffix(2), right.suffix(2)).map { left, right in
                guard case .integer(let left) = left, case .integer(let right) = right else { return .null }
                return .integer(left &+ right)
            }
    }

    package func store(_ memory: inout Memory, to writer: inout StateWriter) throws {
        memory.sums.write(to: &writer)
        try memory.runs.store(to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory {
        let sums = try [[Value]](from: &reader)
        let runs = try SortedRuns(outputs[0].schema, by: order, memory: 0, in: files, from: &reader)
        var memory = Memory(runs: runs)
        memory.sums = sums
        for (place, record) in sums.enumerated() { memory.places[Array(record.prefix(group.count))] = place }
        return memory
    }
}

extension Aggregate {
    /// The groups, and what is added up; nothing else comes out.
    package var needs: Needs {
        let output = outputs[0].schema
        return Needs(
            always: Set(output.names.prefix(group.count) + [summandName]),
            made: ["count": [], "sum": []],
            keepsOtherColumns: false
        )
    }
}
