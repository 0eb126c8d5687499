package import PluginKit
internal import Spilling

/// Keeps the records with the largest values of a column; of equal ones, those that came first.
///
/// The page number is all that it needs while it is drained: nothing moves in the memory.
package struct Top: Transform {
    package static let name = "top"
    package static let summary = "Keeps the records with the largest values."

    package struct Options: OptionGroup {
        @Option("The column to look at.") var by: ColumnName
        @Option("How many records to keep.", in: 1...1_000_000) var count = 10
        package init() {}
    }

    /// The best records so far, in order.
    package struct Memory {
        fileprivate var best: Batch
    }

    package let outputs: [Output]
    private let order: SortOrder
    private let count: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        outputs = [Output(inputs.main)]
        let field = try inputs.main.field(options.by.name, at: options.$by)
        order = SortOrder([SortOrder.Column(field, isDescending: true, nullsLast: true)])
        count = options.count
        pageSize = context.batchSize
    }

    package func makeMemory(_ files: SpillFolder) -> Memory { Memory(best: Batch(outputs[0].schema)) }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Memory,
        outputs: inout Outputs
    ) throws {
        var all: [(key: [UInt8], values: [Value])] = []
        for source in [memory.best, batch] {
            for row in 0..<source.count {
                var key: [UInt8] = []
                order.append(row, of: source, to: &key)
                all.append((key, source[row]))
            }
        }
        let sorted = all.enumerated().sorted { left, right in
            left.element.key == right.element.key
                ? left.offset < right.offset : left.element.key.lexicographicallyPrecedes(right.element.key)
        }
        memory.best = Batch(self.outputs[0].schema, records: sorted.prefix(count).map(\.element.values))
        // Whether one stays among the best is not known before the last one came.
        batch.absorb()
    }

    package func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) -> Drained {
        let rows = (page * pageSize..<memory.best.count).prefix(pageSize)
        for row in rows { outputs[0].append(row, of: memory.best) }
        return (page + 1) * pageSize < memory.best.count ? .more : .end
    }

    package func store(_ memory: inout Memory, to writer: inout StateWriter) {
        memory.best.records.write(to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory {
        Memory(best: Batch(outputs[0].schema, records: try [[Value]](from: &reader)))
    }
}

extension Top {
    /// The column to look at.
    package var needs: Needs { .columns([outputs[0].schema.columns[order.columns[0].field.index].name]) }
}
