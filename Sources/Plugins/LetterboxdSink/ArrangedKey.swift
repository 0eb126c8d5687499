internal import PluginKit
internal import Sorting

/// The position of a row in the files: by its order, then by its film, followed by its contributions.
///
///     high   order(52)  film.high, its 12 upper bits
///     low    film.high, its 52 lower bits  film.low(10)  0  is a contribution(1)
///
/// On a list, only the rank counts, and then the order of the input.
struct ArrangedKey: BitwiseCopyable {
    let key: SortKey
    private let isDiary: Bool

    init(_ key: SortKey, content: ImportContent) {
        self.key = key
        isDiary = content == .diary
    }

    init(_ film: FilmKey, order: RowOrder, isContribution: Bool, content: ImportContent) {
        isDiary = content == .diary
        switch content {
        case .watchlist, .list:
            key = SortKey(order.bits << 12, then: 0)
        case .diary, .ratings:
            let order = isDiary ? order.datedFirst : order
            key = SortKey(
                order.bits << 12 | film.high >> 52,
                then: film.high << 12 | film.low << 2 | (isContribution ? 1 : 0)
            )
        }
    }

    /// Whether the row contributes to the row before it.
    var isContribution: Bool { isDiary && key.low & 1 != 0 }

    /// The order of the row.
    var order: RowOrder {
        let order = RowOrder(bits: key.high >> 12)
        return isDiary ? order.datedFirst : order
    }
}
