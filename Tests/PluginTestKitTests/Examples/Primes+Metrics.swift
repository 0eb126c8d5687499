public import PluginKit

extension Primes {
    public static let metrics = [largest]
    private static let largest = MetricDefinition(
        "primes_largest_tried",
        kind: .gauge,
        help: "The largest number to try."
    )

    public var measurements: [Measurement] {
        [Measurement("largest tried", value: Double(numbers.upperBound), metric: Self.largest)]
    }

    public func advice(on workload: Workload) -> String? {
        "try a lower 'up_to': to find the primes took \(workload.worked.components.seconds) s"
    }
}
