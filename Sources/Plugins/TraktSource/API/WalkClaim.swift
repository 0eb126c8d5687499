/// What a server has announced about a walk, compared with what came.
///
///     items and pages are stated, and match           the items, except a few hidden ones
///     only the pages are stated                       as many full pages, and the items of the last
///     only the items are stated                       the items, except a few hidden ones
///     items and pages contradict each other           the larger number, unless the pages refute it
///     nothing is stated                               as many full pages as came, and the items of the last
struct WalkClaim: Sendable {
    /// The result of the comparison.
    enum Outcome: Sendable, Hashable {
        /// Everything that was announced came.
        case whole
        /// Everything came, but another number of items was announced.
        case wrongCount(announced: Int)
        /// A few did not come, at most as many as hidden and deleted items explain.
        case hidden(announced: Int)
        /// More than that did not come.
        case missing(announced: Int)
    }

    let census: TraktCursor.Census
    /// The number of different items that came.
    let shown: Int
    /// The number of items on each page, by its number.
    let lengths: [Int: Int]
    /// The number of items missing in the last run that published, which were accepted as missing.
    let accepted: Int

    /// The result.
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

    /// The number of items if there are as many pages as stated, or as came, and all but the last are full.
    private var byPages: Int {
        let last = max(census.pages, lengths.keys.max() ?? 0)
        let full = census.pages > 0 ? census.limit : lengths.values.max() ?? 0
        let (before, isTooLarge) = max(0, last - 1).multipliedReportingOverflow(by: full)
        let (all, isMore) = before.addingReportingOverflow(max(lengths[last] ?? 0, census.pages > 1 ? 1 : 0))
        return isTooLarge || isMore ? .max : all
    }

    /// Whether the pages refute a number of items: all of them are full up to the last one, there are as many as
    /// stated, and of the pages after them, which would be more than one if the number was right, none exists.
    ///
    /// If a single page is missing, either number may be wrong.
    private func isRefuted(_ items: Int) -> Bool {
        guard census.pages > 0, census.limit > 0, lengths.keys.allSatisfy({ $0 <= census.pages }),
            TraktPaging.pages(of: items, limit: census.limit) > census.pages + 1
        else { return false }
        return (1...census.pages).allSatisfy { (lengths[$0] ?? 0) >= census.limit }
    }

    /// At most this many are missing for a reason that Trakt documents: hidden and deleted items are counted but not
    /// shown.
    private static let few = 3

    private func judged(_ announced: Int) -> Outcome {
        guard announced > shown else { return .whole }
        let missing = announced - shown
        let isFew = missing <= max(Self.few, announced / 20) && shown >= missing
        return isFew || missing <= accepted ? .hidden(announced: announced) : .missing(announced: announced)
    }
}
