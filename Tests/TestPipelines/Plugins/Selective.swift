package import PluginKit

/// Whether plugins state what they need, or that they need everything; and whether sources keep to conditions.
package enum Narrowed {
    @TaskLocal package static var isOn = true
}

/// Rows of small whole numbers and nulls, made up: a source that can keep to conditions.
package struct Selective: DeclaredSource {
    package static let name = "selective"
    package static let summary = "Rows that can be selected."

    package struct Options: OptionGroup {
        @Option("The seed of the random values.") var seed = 1
        @Option("How many.") var rows = 20
        @Option("How many make a page.") var page = 7
        @Option("How it keeps to conditions.") var keeps = Keeps.none
        package init() {}
    }

    package enum Keeps: String, CaseIterable, OptionValue {
        case exact, coarse, none
    }

    package let schema: Schema = ["a": .integer, "b": .integer, "c": .integer, "d": .integer]
    private let options: Options
    private let stage: String

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        stage = context.stage
    }

    package func accepts(_ condition: Condition, description: Description) -> Acceptance {
        guard Narrowed.isOn else { return .none }
        return Acceptance(rawValue: options.keeps.rawValue) ?? .none
    }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) -> Next<Int> {
        let start = cursor ?? 0
        let end = min(start + options.page, options.rows)
        for row in start..<max(start, end) {
            // A coarse source keeps some of the others, here every third row.
            let mayLeaveOut = options.keeps == .exact || row % 3 != 0
            let isWanted = request.conditions.allSatisfy { $0.holds(for: cell(row, $0.column)) }
            guard isWanted || !mayLeaveOut else { continue }
            batch.append(request.schema.names.map { cell(row, $0) })
        }
        return end < options.rows ? .at(end) : .end
    }

    private func cell(_ row: Int, _ column: String) -> Value {
        var bits = UInt64(options.seed) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(row) &* 0xBF58_476D_1CE4_E5B9
        bits ^= UInt64(column.utf8.first ?? 0) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        bits &*= 0xBF58_476D_1CE4_E5B9
        bits ^= bits >> 27
        return bits % 8 == 0 ? .null : .integer(Int64(bits >> 8) % 7)
    }
}
