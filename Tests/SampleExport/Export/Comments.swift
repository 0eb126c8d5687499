internal import Formats

// What the account's owner wrote: reviews, shouts, and a reply to somebody else, which is no review.

extension MadeUpAccount {
    var commentFiles: [ExportFile] {
        let film = films.ordinary[3]
        let other = films.ordinary[8]
        return [
            ExportFile(
                "comments-movies",
                [
                    [
                        "type": "movie", "movie": film.json,
                        "comment": Self.comment(1, Self.review, rating: 8, isReview: true),
                    ],
                    [
                        "type": "movie", "movie": other.json,
                        "comment": Self.comment(2, "Fine, but the *second* kettle is in C:\\Props 😐", rating: nil),
                    ],
                    [
                        "type": "movie", "movie": other.json,
                        "comment": Self.comment(
                            3,
                            "Agreed with everything that you say.",
                            rating: nil,
                            parent: 90_000_777
                        ),
                    ],
                    [
                        "type": "movie", "movie": film.json,
                        "comment": Self.comment(
                            4,
                            "[spoiler]The postman did it again.[/spoiler]",
                            rating: 8,
                            spoils: true
                        ),
                    ],
                ]
            ),
            ExportFile(
                "comments-shows",
                [
                    [
                        "type": "show", "show": Show.all[1].json,
                        "comment": Self.comment(5, "Not enough marzipan for my taste.", rating: 6),
                    ]
                ]
            ),
            ExportFile("comments-seasons", []), ExportFile("comments-episodes", []), ExportFile("comments-lists", []),
        ]
    }

    private static let review = """
        A film about **waiting**, and about "the other" umbrella.

        It takes its time: the ferry leaves at 7/40, the rain stays, and nobody <ever> says what was in the tuba. \
        & then it does, and one would like to see it again.
        """

    private static func comment(
        _ number: Int,
        _ text: String,
        rating: Int?,
        isReview: Bool = false,
        spoils: Bool = false,
        parent: Int = 0
    ) -> JSONValue {
        [
            "id": JSONValue(90_000_000 + number), "parent_id": JSONValue(parent),
            "created_at": "2019-04-25T00:14:57.000Z",
            "updated_at": "2019-04-25T00:15:20.000Z", "comment": .string(text), "spoiler": .bool(spoils),
            "review": .bool(isReview), "replies": 0, "likes": 0, "language": "en", "user_rating": JSONValue(rating),
            "user_stats": ["rating": JSONValue(rating), "play_count": 1, "completed_count": 1], "user": Owner.json,
        ]
    }
}
