public import PluginKit

/// Prime numbers, in rising order.
public struct Primes: PlainSource {
    public static let name = "primes"
    public static let summary = "Prime numbers, in rising order."

    public struct Options: OptionGroup {
        @Option("The largest number to try.", in: 2...1_000_000) public var upTo = 100
        public init() {}
    }

    public let schema: Schema = ["prime": .integer]
    let numbers: ClosedRange<Int>
    private let step: Int
    private let prime = Field(index: 0, kind: .integer)

    public init(_ options: Options, in context: StageContext) {
        numbers = 2...options.upTo
        step = context.batchSize
    }

    public func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> {
        let page = (cursor ?? 2)..<((cursor ?? 2) + step)
        batch.appendRows(atMost: step) { rows in
            for number in numbers.clamped(to: ClosedRange(page)) where (2..<number).allSatisfy({ number % $0 != 0 }) {
                rows.set(Int64(number), in: prime)
                rows.endRow()
            }
        }
        return numbers.contains(page.upperBound) ? .at(page.upperBound) : .end
    }
}
