import Foundation
import Glibc

/// Seconds of CPU that this process has used.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The middle one.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// A number with so many decimals, filled with blanks on the left.
func fixed(_ value: Double, _ decimals: Int, width: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A text filled with blanks on the right.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
}
