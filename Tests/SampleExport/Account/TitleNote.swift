package import Formats

/// What the account's owner noted for themselves.
package struct TitleNote: Hashable, Sendable {
    /// What it hangs on.
    package enum Place: Hashable, Sendable {
        /// The title itself.
        case title
        /// A play, by its number.
        case play(Int)
        /// The title's place on the shelf.
        case collection
        /// The title's rating.
        case rating
    }

    /// Trakt's number of it.
    package let id: Int
    /// What it is about.
    package let title: Title
    /// What it hangs on.
    package let place: Place
    /// The text, up to 500 signs.
    package var text: String
    /// `private`, `friends` or `public`.
    package var privacy = "private"
    /// When it was written.
    package var time: BerlinTime

    /// A note.
    package init(_ id: Int, on title: Title, at place: Place, _ text: String, time: BerlinTime) {
        self.id = id
        self.title = title
        self.place = place
        self.text = text
        self.time = time
    }

    /// An item of `users/{id}/notes`.
    package func json(of owner: AccountOwner) -> JSONValue {
        let attached: JSONValue =
            switch place {
            case .title: ["type": .string(title.type)]
            case .play(let id): ["type": "history", "id": JSONValue(id)]
            case .collection: ["type": "collection"]
            case .rating: ["type": "rating"]
            }
        let note: JSONValue = [
            "id": JSONValue(id), "notes": .string(text), "privacy": .string(privacy), "spoiler": false,
            "created_at": .string(time.traktText), "updated_at": .string(time.traktText), "user": owner.json,
        ]
        return .object(
            [.init("attached_to", value: attached), .init("type", value: .string(title.type))] + title.members()
                + [.init("note", value: note)]
        )
    }
}
