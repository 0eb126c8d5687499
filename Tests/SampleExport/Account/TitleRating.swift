package import Formats

/// A rating, 1 to 10, of anything.
package struct TitleRating: Hashable, Sendable {
    /// What was rated.
    package let title: Title
    /// 1 to 10.
    package var rating: Int
    /// When.
    package var time: BerlinTime
    /// Very old ones come without a `type`.
    package let saysType: Bool

    /// A rating.
    package init(_ title: Title, _ rating: Int, at time: BerlinTime, saysType: Bool = true) {
        self.title = title
        self.rating = rating
        self.time = time
        self.saysType = saysType
    }

    /// An item of `sync/ratings`.
    package func json(isComplete: Bool = false) -> JSONValue {
        let type: [JSONValue.Member] = saysType ? [.init("type", value: .string(title.type))] : []
        return .object(
            [.init("rated_at", value: .string(time.traktText)), .init("rating", value: JSONValue(rating))] + type
                + title.members(isComplete: isComplete)
        )
    }
}
