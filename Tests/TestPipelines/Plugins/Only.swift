package import PluginKit

/// Keeps multiples of a number, rejects multiples of another, and fails at a third.
package struct Only: MapTransform {
    package static let name = "only"
    package static let summary = "Keeps multiples."

    package struct Options: OptionGroup {
        @Option("The column to look at.") var column = ColumnName(stringLiteral: "n")
        @Option("What the numbers must be multiples of.", in: 1...1000) var multiplesOf = 1
        @Option("What to call the others; without it they go without a word.") var reason: String?
        @Option("Multiples of this cannot be used.") var reject: Int?
        @Option("The number at which it fails.") var failAt: Int?
        @Option("It refuses the whole batch for a multiple of this.") var refuse: Int?
        @Option("The number that it remarks on.") var remarkAt: Int?
        @Option("What it notes about those that it keeps.") var note: String?
        @Option("Whether it delivers other columns than it promised.") var lie = false
        package init() {}
    }

    package let output: Schema
    private let options: Options
    private let n: Field
    private let log: StageLog

    package init(_ options: Options, input: Schema, in context: StageContext) throws {
        self.options = options
        log = context.log
        n = try input.field(options.column.name, at: options.$column)
        guard n.kind == .integer else {
            throw Diagnostic(
                "only.kind",
                message: "'\(options.column.name)' holds no whole numbers",
                at: options.$column
            )
        }
        output = input
    }

    package func apply(to batch: inout Batch) throws {
        for row in 0..<batch.count where options.failAt.map(Int64.init) == batch.integer(row, in: n) {
            throw Diagnostic("only.broken", message: "this number breaks it")
        }
        for row in 0..<batch.count where options.remarkAt.map(Int64.init) == batch.integer(row, in: n) {
            log.say(
                Diagnostic(
                    "only.odd",
                    message: "an odd number",
                    at: .stage("only", at: batch.origin),
                    hint: "look at it",
                    severity: .warning
                )
            )
        }
        for row in 0..<batch.count {
            guard let poison = options.refuse, (batch.integer(row, in: n) ?? 0) % Int64(poison) == 0 else { continue }
            throw StageFailure.badBatch(Diagnostic("only.refused", message: "there is a number that it cannot take"))
        }
        if let bad = options.reject {
            batch.reject { batch, row in
                let value = batch.integer(row, in: n) ?? 0
                return value % Int64(bad) == 0 ? ("only.rejected", "a multiple of \(bad)") : nil
            }
        }
        let divisor = Int64(options.multiplesOf)
        let isKept = { (batch: borrowing Batch, row: Int) in (batch.integer(row, in: n) ?? 0) % divisor == 0 }
        if let reason = options.reason {
            batch.keep(orFilterAs: reason, where: isKept)
        } else {
            batch.keep(where: isKept)
        }
        if let note = options.note { batch.remark(on: batch.count, words: note) }
        if options.lie { batch.reshape(to: ["other": .text]) }
    }
}

extension Only {
    /// The numbers.
    package var needs: Needs { .columns([options.column.name]) }
}
