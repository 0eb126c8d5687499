/// Titles by the dozen, put together from words that hardly met before.
enum OrdinaryTitles {
    private static let adjectives = [
        "Quarrelsome", "Upholstered", "Left-Handed", "Overdue", "Marbled", "Provisional", "Unpaid", "Lopsided",
        "Ticklish",
        "Second-Best", "Waterproof", "Nearly Silent", "Borrowed", "Hypothetical", "Sleepless", "Reluctant", "Illegible",
        "Crooked", "Mothproof", "Long-Winded",
    ]

    private static let nouns = [
        "Lamplighter", "Ferryman", "Rhubarb Patch", "Accordionist", "Weathervane", "Tax Inspector", "Bathysphere",
        "Signal Box", "Cartographer", "Tram Conductor", "Allotment", "Lighthouse Cat", "Beekeeper", "Tuning Fork",
        "Kettle", "Night Baker", "Piano Mover", "Observatory", "Umbrella Stand", "Postmistress",
    ]

    private static let places = [
        "Lower Quibble", "Brackwater", "the Third Platform", "Mount Thimble", "Osterhagen-Süd", "the Salt Canal",
        "Pfennigsbrück", "Little Wendling", "the Winter Garden", "Saint-Tourbillon",
    ]

    /// Different titles, as many as asked for.
    static func make(_ count: Int, from chance: inout SeededGenerator) -> [String] {
        var titles: [String] = []
        var seen: Set<String> = []
        while titles.count < count {
            let title = one(from: &chance)
            if seen.insert(title).inserted { titles.append(title) }
        }
        return titles
    }

    /// A title that others may have too.
    static func one(from chance: inout SeededGenerator) -> String {
        let adjective = chance.pick(adjectives)
        let noun = chance.pick(nouns)
        return switch chance.next(below: 5) {
        case 0: "The \(adjective) \(noun)"
        case 1: "\("AEIOU".contains(noun.prefix(1)) ? "An" : "A") \(noun) in \(chance.pick(places))"
        case 2: "\(noun) of \(chance.pick(places))"
        case 3: "My \(adjective) \(noun)"
        default: "\(adjective) Days, \(chance.pick(adjectives.filter { $0 != adjective })) Nights"
        }
    }
}
