import Foundation

/// Prometheus' own checker, which `scripts/prerequisites --for-tests` fetches.
enum Promtool {
    /// Where it is; nil if it is nowhere.
    static let path: String? = {
        let environment = ProcessInfo.processInfo.environment
        let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/promtool" }
        let places =
            [environment["PROMTOOL"]].compactMap { $0 } + folders + [Program.repository + "/.build/tools/promtool"]
        return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// What it says of a text; nothing if it has no complaint.
    static func complaints(about text: String) throws -> String {
        let outcome = try Program.run(path ?? "promtool", ["check", "metrics"], in: "/", input: text)
        return outcome.output + outcome.errors + (outcome.code == 0 ? "" : "exit code \(outcome.code)")
    }
}
