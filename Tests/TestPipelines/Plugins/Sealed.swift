package import PluginKit

/// Numbers in lists of pages, each list closed by a look at what was read of it.
package struct Sealed: PlainSource {
    package static let name = "sealed"
    package static let summary = "Lists of pages, each with a look at its end."
    package static let isCacheable = false

    package struct Options: OptionGroup {
        @Option("How many pages a list has.", in: 1...100) var pages = 8
        @Option("How many lists there are.", in: 1...10) var lists = 1
        @Option("Whether a look closes a list; otherwise the next list follows.") var looks = true
        @Option("The page that takes long.") var slow = 1
        @Option("The page that cannot be read.") var failAt: Int?
        package init() {}
    }

    package let schema: Schema = ["n": .integer]
    private let options: Options

    package init(_ options: Options, in context: StageContext) { self.options = options }

    /// Of list 2, page 3 of 8 is 83; its look is -2.
    package func read(at cursor: Int?, into batch: inout Batch) async throws -> Next<Int> {
        guard let cursor else { return list(1) }
        batch.origin = "page \(cursor)"
        guard cursor > 0 else {
            Trace.current?.note("looks \(-cursor)")
            return -cursor < options.lists ? list(1 - cursor) : .end
        }
        Trace.current?.note("begins \(cursor)")
        for _ in 0..<(cursor == options.slow ? 300 : cursor % 7) { await Task.yield() }
        if cursor == options.failAt { throw Diagnostic("sealed.broken", message: "the page \(cursor) is broken") }
        batch.append([.integer(Int64(cursor))])
        Trace.current?.note("ends \(cursor)")
        let number = (cursor - 1) / options.pages + 1
        guard cursor % options.pages == 0 else { return .end }
        if options.looks { return .at(-number) }
        return number < options.lists ? list(number + 1) : .end
    }

    private func list(_ number: Int) -> Next<Int> {
        let first = (number - 1) * options.pages + 1
        return .pages(Array(first..<(first + options.pages)))
    }
}
