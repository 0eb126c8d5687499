import PluginTestKit
import TestTags
import Testing

@testable import Metrics

@Suite(.tags(.fuzz)) struct LatencyHistogramTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `a quantile is within one per cent of the exact one`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var histogram = LatencyHistogram()
        // From nanoseconds to minutes: times differ by orders of magnitude.
        let values = (0..<2000).map { _ in Int64(1) << Int64(numbers.next(below: 37)) + Int64(numbers.next(below: 1000))
        }
        for value in values { histogram.add(.nanoseconds(value)) }
        let sorted = values.sorted()
        for share in [0.01, 0.5, 0.9, 0.95, 0.99, 1] {
            let exact = Double(sorted[max(0, Int((share * 2000).rounded(.up)) - 1)]) / 1e9
            #expect(abs(histogram.quantile(share) - exact) <= exact * 0.01 + 1e-12, "\(share)")
        }
        #expect(histogram.count == 2000)
        #expect(histogram.longest == sorted.last)
        #expect(histogram.sum == values.reduce(0, +))
    }

    @Test func `merging two histograms is adding all calls to one`() {
        var numbers = SeededNumbers(seed: 4)
        var parts = [LatencyHistogram(), LatencyHistogram()]
        var whole = LatencyHistogram()
        for _ in 0..<5000 {
            let time = Duration.microseconds(numbers.next(below: 10_000_000))
            parts[numbers.next(below: 2)].add(time)
            whole.add(time)
        }
        parts[0].add(parts[1])
        #expect(parts[0] == whole)
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .seconds(1_000_000), .nanoseconds(1)])
    func `any time has a bucket`(time: Duration) {
        var histogram = LatencyHistogram()
        histogram.add(time)
        #expect(histogram.count == 1)
        #expect(histogram.quantile(0.5) >= 0)
    }

    @Test func `without a call there is nothing to tell`() {
        #expect(LatencyHistogram().quantile(0.99) == 0)
        #expect(LatencyHistogram().count(upTo: 100) == 0)
    }
}
