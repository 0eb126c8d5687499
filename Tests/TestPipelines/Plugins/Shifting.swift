package import PluginKit

/// Numbers from 1 to 6, two to a page, whose data lies in a file: its first word is the revision, and with `moves` behind it
/// the last page says that the data has moved.
package struct Shifting: DeclaredSource {
    package static let name = "shifting"
    package static let summary = "Numbers that may move."

    package struct Options: OptionGroup {
        @Option("The file with the revision.") var path: String
        package init() {}
    }

    package let schema: Schema = ["n": .integer]
    private let path: String

    package init(_ options: Options, in context: StageContext) { path = options.path }

    private var words: [Substring] {
        get throws { String(decoding: try InputFile(path).readAll(atMost: 1000), as: UTF8.self).split(separator: " ") }
    }

    package let increment: Increment? = Increment(column: "n", key: ["n"])

    package var revision: String? { get async throws { try words.first.map(String.init) } }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<Int> {
        let first = cursor ?? 1
        Trace.current?.note("reads \(first)")
        if first == 5, try words.contains("moves") {
            throw StageFailure.sourceChanged(Diagnostic("shifting.moved", message: "the numbers have moved"))
        }
        for n in first...(first + 1) where n >= request.since ?? 0 {
            batch.append(request.wants("n") ? [.integer(Int64(n))] : [])
        }
        return first < 5 ? .at(first + 2) : .end
    }
}
