package import PluginKit

extension Primes {
    package static let metrics = [largest]
    private static let largest = MetricDefinition(
        "primes_largest_tried",
        kind: .gauge,
        help: "The largest number to try."
    )

    package var figures: [Figure] { [Figure("largest tried", value: Double(numbers.upperBound), metric: Self.largest)] }

    package func advice(on workload: Workload) -> String? {
        "try a lower 'up_to': \(workload.calls) pages took \(workload.worked.components.seconds) s"
    }
}
