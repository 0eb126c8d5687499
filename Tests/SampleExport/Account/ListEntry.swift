package import Formats

/// Something on the watchlist, among the favorites or on a list.
package struct ListEntry: Hashable, Sendable {
    /// What stands there.
    package let title: Title
    /// Its place, counted from 1, gaps included.
    package var rank: Int
    /// Trakt's number of the entry.
    package var id: Int
    /// When it was put there.
    package var time: BerlinTime
    /// What the list's owner says of it.
    package var notes: String?

    /// An entry.
    package init(_ title: Title, rank: Int, id: Int, at time: BerlinTime, notes: String? = nil) {
        self.title = title
        self.rank = rank
        self.id = id
        self.time = time
        self.notes = notes
    }

    /// An item of `sync/watchlist` or of a list.
    package func json(isComplete: Bool = false) -> JSONValue {
        .object(
            [
                .init("rank", value: JSONValue(rank)), .init("id", value: JSONValue(id)),
                .init("listed_at", value: .string(time.traktText)), .init("notes", value: JSONValue(notes)),
                .init("type", value: .string(title.type)),
            ] + title.members(isComplete: isComplete)
        )
    }
}

/// A list with its entries.
package struct PersonalList: Hashable, Sendable {
    /// Its name; two may have the same.
    package var name: String
    /// Its name in addresses.
    package var slug: String?
    /// Its number at Trakt.
    package let number: Int
    /// What stands on it, by rank.
    package var entries: [ListEntry]
    /// `private`, `link`, `friends` or `public`.
    package var privacy = "private"

    /// A list.
    package init(_ name: String, slug: String?, number: Int, entries: [ListEntry], privacy: String = "private") {
        self.name = name
        self.slug = slug
        self.number = number
        self.entries = entries
        self.privacy = privacy
    }

    /// An item of `users/{id}/lists`.
    package func json(of owner: AccountOwner) -> JSONValue {
        [
            "name": .string(name), "description": "Best watched\r\nin the rain.", "privacy": .string(privacy),
            "share_link": .string("https://trakt.tv/lists/\(number)"), "type": "personal", "display_numbers": true,
            "allow_comments": true, "sort_by": "rank", "sort_how": "asc", "created_at": "2018-06-16T06:00:54.000Z",
            "updated_at": "2024-02-11T17:00:54.000Z", "item_count": JSONValue(entries.count), "comment_count": 0,
            "likes": 0, "ids": ["trakt": JSONValue(number), "slug": JSONValue(slug)], "user": owner.json,
            "images": ["posters": []],
        ]
    }
}
