/// What a server has announced of a walk, compared with what came.
///
///     items and pages are counted, and fit together   the items, less a few that are hidden
///     only the pages are counted                      as many full pages, and what is on the last
///     only the items are counted                      the items, less a few that are hidden
///     items and pages contradict each other           the larger number, unless what came refutes it
///     nothing is counted                              as many full pages as came, and what is on the last
struct WalkClaim: Sendable {
    /// What is to be reported of a walk.
    enum Outcome: Sendable, Hashable {
        /// All that was announced came.
        case whole
        /// All came, and the number of items that was announced is another.
        case wrongCount(announced: Int)
        /// A few did not come, as many as hidden and deleted items explain.
        case hidden(announced: Int)
        /// More than that did not come.
        case missing(announced: Int)
    }

    let census: TraktCursor.Census
    /// How many different items came.
    let shown: Int
    /// How many items came on each page, by its number.
    let lengths: [Int: Int]
    /// How many items were missing in the last run that published, which were accepted as missing.
    let accepted: Int

    /// What is to be reported.
    var outcome: Outcome {
        guard let items = census.items else { return judged(byPages) }
        if shown == items { return .whole }
        if census.isConsistent || census.pages == 0 {
            return shown > items ? .wrongCount(announced: items) : judged(items)
        }
        if isRefuted(items) { return .wrongCount(announced: items) }
        let announced = max(items, byPages)
        return shown >= announced ? .wrongCount(announced: items) : judged(announced)
    }

    /// How many items there are if the pages are as many as is stated, or as came, and all but the last are full.
    private var byPages: Int {
        let last = max(census.pages, lengths.keys.max() ?? 0)
        let full = census.pages > 0 ? census.limit : lengths.values.max() ?? 0
        let (before, isTooLarge) = max(0, last - 1).multipliedReportingOverflow(by: full)
        let (all, isMore) = before.addingReportingOverflow(max(lengths[last] ?? 0, census.pages > 1 ? 1 : 0))
        return isTooLarge || isMore ? .max : all
    }

    /// Whether the pages refute a number of items: all are full to the last one, as many as their number states, and of the
    /// pages after them, more than one if the number was right, none is there.
    ///
    /// Where it is one page that is missing, either number may be wrong.
    private func isRefuted(_ items: Int) -> Bool {
        guard census.pages > 0, census.limit > 0, lengths.keys.allSatisfy({ $0 <= census.pages }),
            TraktPaging.pages(of: items, limit: census.limit) > census.pages + 1
        else { return false }
        return (1...census.pages).allSatisfy { (lengths[$0] ?? 0) >= census.limit }
    }

    /// So few are missing for a reason that Trakt documents: hidden and deleted items are counted and not shown.
    private static let few = 3

    private func judged(_ announced: Int) -> Outcome {
        guard announced > shown else { return .whole }
        let missing = announced - shown
        let isFew = missing <= max(Self.few, announced / 20) && shown >= missing
        return isFew || missing <= accepted ? .hidden(announced: announced) : .missing(announced: announced)
    }
}
