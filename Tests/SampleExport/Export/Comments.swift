internal import Formats

// What the account's owner wrote: reviews, shouts, and a reply to somebody else, which is no review.

extension MadeUpAccount {
    var comments: [TitleComment] {
        let film = Title.film(films.ordinary[3])
        let other = Title.film(films.ordinary[8])
        var review = TitleComment(90_000_001, on: film, Self.review, rating: 8)
        review.isReview = true
        var reply = TitleComment(90_000_003, on: other, "Agreed with everything that you say.")
        reply.parent = 90_000_777
        var spoiler = TitleComment(90_000_004, on: film, "[spoiler]The postman did it again.[/spoiler]", rating: 8)
        spoiler.spoils = true
        return [
            review, TitleComment(90_000_002, on: other, "Fine, but the *second* kettle is in C:\\Props 😐"), reply,
            spoiler,
            TitleComment(90_000_005, on: .show(Show.all[1]), "Not enough marzipan for my taste.", rating: 6),
        ]
    }

    var commentFiles: [ExportFile] {
        let of = { (type: String) in comments.filter { $0.title.type == type }.map { $0.json(of: AccountOwner()) } }
        return [
            ExportFile("comments-movies", of("movie")), ExportFile("comments-shows", of("show")),
            ExportFile("comments-seasons", []), ExportFile("comments-episodes", []), ExportFile("comments-lists", []),
        ]
    }

    private static let review = """
        A film about **waiting**, and about "the other" umbrella.

        It takes its time: the ferry leaves at 7/40, the rain stays, and nobody <ever> says what was in the tuba. \
        & then it does, and one would like to see it again.
        """
}
