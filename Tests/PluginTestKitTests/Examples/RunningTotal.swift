public import PluginKit

/// Adds the sum of a column up to each record, and a last record with the whole sum.
public struct RunningTotal: Transform {
    public static let name = "running-total"
    public static let summary = "Adds a column 'total' with the sum of another so far."

    public struct Options: OptionGroup {
        @Option("The column to add up.") public var of: ColumnName
        public init() {}
    }

    public let outputs: [Output]
    private let number: Field
    private let total: Field

    public init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        number = try input.field(options.of.name, kind: .integer, at: options.$of)
        total = Field(index: input.width, kind: .integer)
        outputs = [Output(input.adding("total", kind: .integer))]
    }

    public func makeMemory(_ files: SpillFolder) -> Int64 { 0 }

    public func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Int64,
        outputs: inout Outputs
    ) throws {
        batch.reshape(to: self.outputs[0].schema)
        try batch.replace(integers: total) { batch, out in
            for row in 0..<batch.count {
                let (sum, isTooLarge) = memory.addingReportingOverflow(batch.integer(row, in: number) ?? 0)
                guard !isTooLarge else {
                    throw Diagnostic("running-total.range", message: "the sum has more than 64 bits")
                }
                memory = sum
                out.append(memory)
            }
        }
    }

    public func drain(_ memory: inout Int64, page: Int, outputs: inout Outputs) -> Drained {
        outputs[0].appendRows(atMost: 1) { rows in
            rows.set(memory, in: total)
            rows.endRow()
        }
        return .end
    }
}
