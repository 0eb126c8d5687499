package import PluginKit

/// Whole numbers in a row, in pages, with the mistakes that its options ask for.
package struct Numbers: DeclaredSource {
    package static let name = "numbers"
    package static let summary = "Whole numbers in a row."

    package struct Options: OptionGroup {
        @Option("The first.") var first = 1
        @Option("How many.", in: 0...100_000) var count = 4
        @Option("How many make a page.", in: 1...1000) var page = 2
        @Option("Whether the first page names all others.") var listed = false
        @Option("Numbers that cannot be used.") var reject: [Int] = []
        @Option("Numbers that are left out.") var leaveOut: [Int] = []
        @Option("Whether it says before it is read that it cannot be read in parts.") var warns = true
        @Option("The number whose page cannot be read.") var failAt: Int?
        @Option("How long it takes to find out that a page cannot be read.") var falters: Duration?
        @Option("How the source breaks its contract.") var breach = Breach.none
        @Option("What the numbers are.") var kind = Kind.integer
        @Option("What the numbers are called.") var column = ColumnName(stringLiteral: "n")
        @Option("Words in the schema's place.", deprecated: "use 'column'") var label: String?
        package init() {}
    }

    package enum Breach: String, CaseIterable, OptionValue {
        case none, columns, circle, list
    }

    package enum Kind: String, CaseIterable, OptionValue {
        case integer, text
    }

    package let schema: Schema
    package var needsWhole: String? {
        options.listed || !options.warns ? nil : "each page says where the next one begins"
    }
    private let options: Options
    private let stage: String
    private let time: any TimeSource

    package init(_ options: Options, in context: StageContext) {
        self.options = options
        stage = context.stage
        time = context.time
        let number = Schema.Column(options.column.name, kind: options.kind == .integer ? .integer : .text)
        schema = Schema([number, .init("word", kind: .text), .init("half", kind: .real)])
    }

    package func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) async throws -> Next<Int> {
        let start = cursor ?? 0
        let end = min(start + options.page, options.count)
        Trace.current?.note("\(stage) reads \(start)")
        if options.breach == .columns { batch = Batch(["other": .text]) }
        batch.origin = "page \(start)"
        for index in start..<max(start, end) {
            let n = options.first + index
            if n == options.failAt, let falters = options.falters {
                try await time.sleep(until: time.now + falters)
            }
            if n == options.failAt { throw Diagnostic("numbers.broken", message: "the number \(n) is broken") }
            batch.append(
                batch.schema.columns.map { column in
                    switch column.name {
                    case "word": .text("w\(n)")
                    case "half": .real(Double(n) / 2)
                    default: column.kind == .integer ? .integer(Int64(n)) : .text("\(n)")
                    }
                }
            )
        }
        // Downwards, so that the rows above stay where they are.
        for index in (start..<max(start, end)).reversed() {
            let n = options.first + index
            if options.reject.contains(n) {
                batch.reject(index - start, code: "numbers.rejected", because: "\(n) is not liked")
            }
        }
        let unwanted = options.leaveOut.filter { n in
            (start..<max(start, end)).contains(n - options.first) && !options.reject.contains(n)
        }
        if !unwanted.isEmpty {
            let kept = (start..<max(start, end)).map { options.first + $0 }
                .filter { !options.reject.contains($0) }
                .map { !unwanted.contains($0) }
            batch.keep(orFilterAs: "unwanted numbers") { _, row in kept[row] }
        }
        return next(after: end, from: cursor)
    }

    private func next(after end: Int, from cursor: Int?) -> Next<Int> {
        switch options.breach {
        case .circle: return .at(cursor ?? 0)
        case .list where cursor != nil: return .at(end)
        default: break
        }
        if options.listed || options.breach == .list {
            return cursor == nil ? .pages(Array(stride(from: end, to: options.count, by: options.page))) : .end
        }
        return end < options.count ? .at(end) : .end
    }
}
