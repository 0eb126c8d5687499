package import PluginKit

/// Parts even and odd numbers; multiples of ten go nowhere.
package struct Parity: RoutingTransform {
    package static let name = "parity"
    package static let summary = "Parts even and odd numbers."

    package let outputs: [NamedOutput]
    private let n: Field

    package init(_ options: NoOptions, input: Schema, in context: StageContext) throws {
        n = try input.field("n")
        outputs = [NamedOutput("even", input), NamedOutput("odd", input)]
    }

    package func route(_ batch: inout Batch, to outputs: inout [Batch]) {
        for row in 0..<batch.count {
            guard let number = batch.integer(row, n), number % 10 != 0 else { continue }
            outputs[number % 2 == 0 ? 0 : 1].append(row, of: batch)
        }
        batch.keep { batch, row in (batch.integer(row, n) ?? 0) % 10 == 0 }
    }
}

extension Parity {
    /// The numbers.
    package var needs: Needs { .columns(["n"]) }
}
