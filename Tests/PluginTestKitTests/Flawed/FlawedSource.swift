import PluginKit

/// The numbers from 0 to 9, three on a page, with one flaw.
struct FlawedSource: DeclaredSource {
    static let name = "flawed"
    static let summary = "Ten numbers and a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case goesOn = "goes-on"
        case countsReads = "counts-reads"
        case rejectsOnce = "rejects-once"
        case losesCursor = "loses-cursor"
        case garblesCursor = "garbles-cursor"
        case remembers
        case neverEnds = "never-ends"
        case listLeadsOn = "list-leads-on"
        case otherColumns = "other-columns"
        case narrowedValues = "narrowed-values"
        case narrowedRecords = "narrowed-records"
        case narrowedAway = "narrowed-away"
        case fillsAll = "fills-all"
        case describesAnew = "describes-anew"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    /// A place that may not survive as text.
    struct Cursor: LosslessStringConvertible, Sendable {
        let index: Int
        var flaw = Flaw.none

        init(index: Int, flaw: Flaw) {
            self.index = index
            self.flaw = flaw
        }

        init?(_ description: String) {
            guard let index = Int(description) else { return nil }
            self.index = index
        }

        var description: String {
            switch flaw {
            case .losesCursor: "at \(index)"
            case .garblesCursor: "3"
            default: "\(index)"
            }
        }
    }

    /// What a source must not do: remember what was read.
    private final class Memory: Sendable {
        let reads = Locked(0)
    }

    let schema: Schema
    private let flaw: Flaw
    private let memory = Memory()
    private static let described = Locked(0)

    init(_ options: Options, in context: StageContext) {
        flaw = options.flaw
        let all: Schema = ["n": .integer, "square": .integer, "name": .text]
        let count = Self.described.withLock { count in
            count += 1
            return count
        }
        schema = flaw == .describesAnew ? all.adding("column \(count)", kind: .integer) : all
    }

    func read(at cursor: Cursor?, for request: ReadRequest, into batch: inout Batch) -> Next<Cursor> {
        let reads = memory.reads.withLock { reads in
            reads += 1
            return reads
        }
        let wantsAll = request.schema == schema
        if flaw == .narrowedAway, !wantsAll { batch = Batch(["name": .text]) }
        if flaw == .fillsAll { batch = Batch(schema) }
        var index = cursor?.index ?? 0
        if flaw == .goesOn { index = (reads - 1) * 3 }
        if flaw == .otherColumns { batch = Batch(["other": .text]) }
        if flaw == .remembers, cursor != nil, reads == 1 { index = 0 }
        for n in index..<max(index, min(index + 3, 10)) {
            if flaw == .narrowedRecords, !wantsAll, n == 4 { continue }
            append(n, reads, to: &batch, wantsAll)
        }
        if flaw == .rejectsOnce, reads == 2, !batch.isEmpty {
            batch.reject(batch.count - 1, code: "flawed.once", because: "only the first time")
            append(index + 2, reads, to: &batch, wantsAll)
        }
        return next(index + 3, isFirst: cursor == nil)
    }

    private func append(_ n: Int, _ reads: Int, to batch: inout Batch, _ wantsAll: Bool) {
        batch.append(
            batch.schema.names.map { name in
                switch name {
                case "n": .integer(Int64(flaw == .countsReads ? reads : n))
                case "square": .integer(Int64(flaw == .narrowedValues && !wantsAll ? 0 : n * n))
                case "name": .text("number \(n)")
                default: nil
                }
            }
        )
    }

    private func next(_ index: Int, isFirst: Bool) -> Next<Cursor> {
        let cursor = Cursor(index: index, flaw: flaw)
        if flaw == .neverEnds { return .at(cursor) }
        if flaw == .listLeadsOn, isFirst { return .pages([cursor, Cursor(index: 6, flaw: flaw)]) }
        return index < 10 ? .at(cursor) : .end
    }
}
