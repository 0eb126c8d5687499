/// Makes up entries of lists, numbered through all lists.
struct EntryGenerator {
    let films: [Film]
    let shows: [Show]
    private var id = 1_200_000_000

    init(films: [Film], shows: [Show]) {
        self.films = films
        self.shows = shows
    }

    /// Mostly films, each once; some ranks are missing.
    mutating func entries(
        _ count: Int,
        withPeople: Bool,
        from chance: inout SeededGenerator
    ) -> [ListEntry] {
        var rank = 0
        var seen: Set<Title> = []
        var entries: [ListEntry] = []
        while entries.count < count {
            let title: Title
            switch chance.next(below: 20) {
            case 0: title = .show(chance.pick(shows))
            case 1: title = .season(chance.pick(shows), 1)
            case 2: title = .episode(chance.pick(chance.pick(shows).episodes))
            case 3 where withPeople:
                title = .person(ListedPerson("Wilhelmina Osterhagen", trakt: 84_000_001 + entries.count))
            default: title = .film(chance.pick(films))
            }
            // A title stands on a list once; where there are too few, the list is shorter.
            guard seen.insert(title).inserted else {
                if seen.count >= films.count { break }
                continue
            }
            rank += chance.chance(10) ? 2 : 1
            id += chance.next(in: 1...2000)
            let notes = entries.count % 5 == 2 ? "The one with the \"kettle\".\r\nTwice ☂️" : nil
            entries.append(
                ListEntry(title, rank: rank, id: id, at: TraktAccount.evening(from: &chance), notes: notes)
            )
        }
        return entries
    }
}
