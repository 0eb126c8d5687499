package import PluginKit

/// Keeps the first records, and wants no more after them.
package struct Enough: Transform {
    package static let name = "enough"
    package static let summary = "Keeps the first records."

    package struct Options: OptionGroup {
        @Option("How many.", in: 0...1000) var count = 5
        package init() {}
    }

    package let outputs: [Output]
    private let count: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) {
        count = options.count
        outputs = [Output(inputs.main)]
    }

    package func makeMemory(_ files: SpillFolder) -> Int { 0 }

    package func wantsMore(_ memory: borrowing Int) -> Bool { memory < count }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Int,
        outputs: inout Outputs
    ) {
        batch.truncate(to: count - memory)
        memory += batch.count
    }
}
