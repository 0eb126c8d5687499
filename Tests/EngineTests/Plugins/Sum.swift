import PluginKit

/// Adds up the numbers so far, in a column of the stage's own name, and says the total at the end.
struct Sum: StatefulTransform {
    static let name = "sum"
    static let summary = "Adds up the numbers so far."

    struct Options: OptionGroup {
        @Option("Whether to append a record with the total at the end.") var total = false
        @Option("The number at which it fails.") var failAt: Int?
    }

    let output: Schema
    let initialState = 0
    private let options: Options
    private let n: Field
    private let sum: Field

    init(_ options: Options, input: Schema, in context: StageContext) throws {
        self.options = options
        n = try input.field("n")
        sum = Field(index: input.width, kind: .integer)
        output = input.adding(context.stage, .integer)
    }

    func apply(to batch: inout Batch, remembering state: inout Int) throws {
        batch.reshape(to: output)
        for row in 0..<batch.count {
            let number = Int(batch.integer(row, n) ?? 0)
            if number == options.failAt { throw Diagnostic("sum.broken", "\(number) cannot be added") }
            state += number
            batch.set(Int64(state), row, sum)
        }
    }

    func finish(_ state: inout Int, into batch: inout Batch) {
        guard options.total else { return }
        let row = batch.appendRow()
        batch.set(Int64(0), row, n)
        batch.set(Int64(state), row, sum)
    }
}
