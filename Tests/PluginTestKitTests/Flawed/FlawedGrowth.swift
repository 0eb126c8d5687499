import PluginKit

/// Records that come at a time each, two at some times, three on a page, with one flaw.
struct FlawedGrowth: DeclaredSource {
    static let name = "flawed-growth"
    static let summary = "Grows, with a flaw."

    enum Flaw: String, CaseIterable, OptionValue {
        case none
        case readsAll = "reads-all"
        case losesEdge = "loses-edge"
        case turnsRound = "turns-round"
        case onlyFirstPage = "only-first-page"
        case growsNowhere = "grows-nowhere"
        case growsInText = "grows-in-text"
        case keyIsGone = "key-is-gone"
        case keyIsShared = "key-is-shared"
        case cannotGrow = "cannot-grow"
    }

    struct Options: OptionGroup {
        @Option("What is wrong with it.") var flaw = Flaw.none
    }

    /// The time of each record; one has none.
    private static let times: [Int64?] = [10, 20, 20, nil, 30, 40, 40]

    let schema: Schema = ["id": .integer, "at": .instant, "name": .text]
    private let flaw: Flaw

    init(_ options: Options, in context: StageContext) {
        flaw = options.flaw
    }

    var increment: Increment? {
        switch flaw {
        case .growsNowhere: Increment(column: "time", key: ["id"])
        case .growsInText: Increment(column: "name", key: ["id"])
        case .keyIsGone: Increment(column: "at", key: ["id", "number"])
        case .keyIsShared: Increment(column: "at", key: ["at"])
        case .cannotGrow: nil
        default: Increment(column: "at", key: ["id"])
        }
    }

    func read(at cursor: Int?, for request: ReadRequest, into batch: inout Batch) -> Next<Int> {
        let start = cursor ?? 0
        let end = min(start + 3, Self.times.count)
        var rows = Array(start..<end)
        if request.since != nil, flaw == .turnsRound { rows.reverse() }
        for index in rows where isWanted(Self.times[index], request.since, isFirst: cursor == nil) {
            batch.append(
                request.schema.names.map { name in
                    switch name {
                    case "id": .integer(Int64(index))
                    case "at": Self.times[index].map { .instant($0) } ?? .null
                    default: .text("number \(index)")
                    }
                }
            )
        }
        return end < Self.times.count ? .at(end) : .end
    }

    private func isWanted(_ time: Int64?, _ since: Int64?, isFirst: Bool) -> Bool {
        guard let since, let time else { return true }
        switch flaw {
        case .readsAll: return true
        case .losesEdge: return time > since || since == .min
        case .onlyFirstPage: return isFirst ? time >= since : true
        default: return time >= since
        }
    }
}
