package import Formats

/// What the account's owner wrote about something for others to read.
package struct TitleComment: Hashable, Sendable {
    /// Trakt's number of it.
    package let id: Int
    /// What it is about.
    package let title: Title
    /// The text, as Markdown.
    package var text: String
    /// The comment that it answers; 0 if none.
    package var parent = 0
    /// The writer's rating of the title today.
    package var rating: Int?
    /// Whether it is a review: 200 words or more.
    package var isReview = false
    /// Whether it gives the plot away.
    package var spoils = false
    /// When it was written.
    package var time = BerlinTime(2019, 4, 25, 2, 14, 57)

    /// A comment.
    package init(_ id: Int, on title: Title, _ text: String, rating: Int? = nil) {
        self.id = id
        self.title = title
        self.text = text
        self.rating = rating
    }

    /// An item of `users/{id}/comments`.
    package func json(of owner: AccountOwner) -> JSONValue {
        let comment: JSONValue = [
            "id": JSONValue(id), "parent_id": JSONValue(parent), "created_at": .string(time.traktText),
            "updated_at": .string(BerlinTime(day: time.day, second: time.second + 23).traktText),
            "comment": .string(text), "spoiler": .bool(spoils), "review": .bool(isReview), "replies": 0, "likes": 0,
            "language": "en", "user_rating": JSONValue(rating),
            "user_stats": ["rating": JSONValue(rating), "play_count": 1, "completed_count": 1], "user": owner.json,
        ]
        return .object(
            [.init("type", value: .string(title.type))] + title.members() + [.init("comment", value: comment)]
        )
    }
}
