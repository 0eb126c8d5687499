package import PluginKit

/// Numbers from 1 to 4, one to a page, and a value that is kept once the run has published.
///
/// The value is the first word of a file; with `moves` or `fails` after it the last page fails so. What was kept before is
/// noted at each page.
package struct Keeping: PlainSource {
    package static let name = "keeping"
    package static let summary = "Numbers, and a value that is kept."

    package struct Options: OptionGroup {
        @Option("The file with the value.") var path: String
        package init() {}
    }

    package let schema: Schema = ["n": .integer]
    private let path: String
    private let kept: any StateValues

    package init(_ options: Options, in context: StageContext) {
        path = options.path
        kept = context.kept
    }

    package func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        let number = cursor ?? 1
        let words = String(decoding: try InputFile(path).readAll(atMost: 1000), as: UTF8.self).split(separator: " ")
        let before = try await kept.value(of: "keeping").map { String(decoding: $0, as: UTF8.self) } ?? "nothing"
        Trace.current?.note("\(number): \(before)")
        if number == 3 { try await kept.keepOncePublished(Array((words.first ?? "").utf8), as: "keeping") }
        if number == 4, words.contains("moves") {
            throw StageFailure.sourceChanged(Diagnostic("keeping.moved", message: "the numbers have moved"))
        }
        if number == 4, words.contains("fails") {
            throw Diagnostic("keeping.fails", message: "the numbers have failed")
        }
        batch.append([.integer(Int64(number))])
        return number < 4 ? .at(number + 1) : .end
    }
}
