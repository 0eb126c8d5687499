package import PluginKit

/// A feed that grows: the numbers from 1 on, two of them at each point in time.
package struct Feed: DeclaredSource {
    package static let name = "feed"
    package static let summary = "A feed that grows."

    package struct Options: OptionGroup {
        @Option("How many numbers there are by now.", choosesRecords: false) var count = 4
        @Option("Numbers that have come late, and are not there yet.", choosesRecords: false) var missing: [Int] = []
        @Option("How many make a page.", choosesRecords: false) var page = 3
        @Option("Whose numbers.") var account = "anna"
        @Option("What proves that they may be read.") var secret = Secret("")
        @Option("Who is signed in, as the source itself finds out.", choosesRecords: false) var signedIn = ""
        package init() {}
    }

    package let schema: Schema = ["n": .integer, "at": .instant]
    private let options: Options

    package init(_ options: Options, in context: StageContext) {
        self.options = options
    }

    package var identity: [String: String] { options.signedIn.isEmpty ? [:] : ["user": options.signedIn] }

    package var increment: Increment? { Increment(column: "at", key: ["n"]) }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) throws -> Next<Int> {
        Trace.current?.note("feed reads \(cursor ?? 0) since \(request.since.map { "\($0 / 1000) ms" } ?? "the start")")
        let all = (1...options.count).filter {
            !options.missing.contains($0) && Self.time(of: $0) >= request.since ?? .min
        }
        let start = cursor ?? 0
        let end = min(start + options.page, all.count)
        batch.appendRows(atMost: max(start, end) - start) { rows in
            for n in all[start..<max(start, end)] {
                if let field = request.schema.optionalField("n") { rows.set(Int64(n), in: field) }
                if let field = request.schema.optionalField("at") { rows.set(instant: Self.time(of: n), in: field) }
                rows.endRow()
            }
        }
        return end < all.count ? .at(end) : .end
    }

    /// In seconds, two numbers each.
    private static func time(of n: Int) -> Int64 { Int64(n / 2) * 1_000_000 }
}
