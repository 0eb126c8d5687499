/// Films that are in the account for a reason of their own, and when each was watched.
enum SpecialFilm: Int, CaseIterable {
    case yearless
    case onlyIMDb
    case onlyTMDb
    case emptyIMDb
    case idless
    case yearlessAndIdless
    case olderNamesake
    case youngerNamesake
    case twin
    case otherTwin
    case unknownOnce
    case unknownTwice
    case unknownAndDated
    case newsreel
    case onItsRelease
    case scrobbledTwice
    case scrobbledAndTyped
    case acrossMidnight
    case fromNightToNight
    case clocksForward
    case clocksBack
    case newYear
    case leapDay
    case everyChristmas

    /// The film, numbered by its place in the catalogue, counted from 0.
    func film(at place: Int) -> Film {
        switch self {
        case .yearless: Film("The Undated Postcard (Extended Edition)", year: nil, place: place)
        case .onlyIMDb: Film("Seven Deckchairs", year: 1978, place: place, ids: .onlyIMDb)
        case .onlyTMDb: Film("An Apology to Geese", year: 2009, place: place, ids: .onlyTMDb)
        case .emptyIMDb: Film("Der Mann mit dem Fahrkartenlocher", year: 1964, place: place, ids: .emptyIMDb)
        case .idless: Film("Home Movie of the Pfennigsbrück Fire Brigade", year: 2013, place: place, ids: .none)
        case .yearlessAndIdless: Film("Found Reel, Provenance Unclear", year: nil, place: place, ids: .none)
        case .olderNamesake: Film("The Glass Accordion", year: 1954, place: place)
        case .youngerNamesake: Film("The Glass Accordion", year: 2019, place: place)
        case .twin, .otherTwin: Film("Two Left Gloves", year: 2022, place: place)
        case .unknownOnce: Film("Seen as a Child, Probably", year: 1986, place: place)
        case .unknownTwice: Film("Seen on Aeroplanes", year: 2003, place: place)
        case .unknownAndDated: Film("The Lodger Upstairs Plays Tuba", year: 1999, place: place)
        case .newsreel: Film("Opening of the New Tram Line", year: 1931, place: place)
        case .onItsRelease: Film("Captain Thimble and the Moonlit Quay", year: 1994, place: place)
        case .scrobbledTwice: Film("Double Exposure at Platform 9", year: 2018, place: place)
        case .scrobbledAndTyped: Film("Logged by Two Machines", year: 2024, place: place)
        case .acrossMidnight: Film("Ten to Twelve, Ten Past", year: 2016, place: place)
        case .fromNightToNight: Film("The Very Long Saturday", year: 2017, place: place)
        case .clocksForward: Film("The Hour That Was Not", year: 2008, place: place)
        case .clocksBack: Film("The Hour That Came Twice", year: 2011, place: place)
        case .newYear: Film("Fireworks, Seen from the Gasworks", year: 2005, place: place)
        case .leapDay: Film("Every Fourth February", year: 2012, place: place)
        case .everyChristmas: Film("Three Nuts for the Stationmaster", year: 1973, place: place)
        }
    }

    /// When it was watched; nil is an unknown date.
    var times: [BerlinTime?] {
        switch self {
        case .yearless: [BerlinTime(2025, 11, 2, 20, 10)]
        case .onlyIMDb: [BerlinTime(2014, 6, 9, 21, 5, 44), BerlinTime(2022, 6, 9, 21, 30)]
        case .onlyTMDb: [BerlinTime(2019, 9, 20, 19, 45)]
        case .emptyIMDb: [BerlinTime(2013, 1, 12, 22, 30, 7), BerlinTime(2020, 4, 18, 20, 15)]
        case .idless: [BerlinTime(2013, 12, 7, 15, 0, 30), BerlinTime(2023, 12, 9, 15, 0)]
        case .yearlessAndIdless: [BerlinTime(2024, 8, 3, 23, 15)]
        case .olderNamesake: [BerlinTime(2019, 12, 7, 17, 0)]
        case .youngerNamesake: [BerlinTime(2019, 12, 7, 20, 30)]
        case .twin: [BerlinTime(2022, 10, 14, 18, 0)]
        case .otherTwin: [BerlinTime(2022, 10, 14, 21, 0)]
        case .unknownOnce: [nil]
        case .unknownTwice: [nil, nil]
        case .unknownAndDated: [nil, BerlinTime(2016, 5, 14, 20, 30), BerlinTime(2021, 5, 15, 21, 0)]
        case .newsreel: [BerlinTime(1931, 11, 20, 20, 0)]
        case .onItsRelease: [BerlinTime(1994, 3, 11, 1, 0), BerlinTime(2012, 2, 25, 20, 40, 12)]
        // Reported by two programs, minutes apart.
        case .scrobbledTwice: [BerlinTime(2019, 2, 8, 22, 15), BerlinTime(2019, 2, 8, 22, 19)]
        case .scrobbledAndTyped: [BerlinTime(2025, 1, 3, 21, 40), BerlinTime(2025, 1, 3, 21, 41)]
        // Two days here, one in UTC.
        case .acrossMidnight: [BerlinTime(2017, 7, 21, 23, 50), BerlinTime(2017, 7, 22, 0, 10)]
        // One day here, two in UTC.
        case .fromNightToNight: [BerlinTime(2018, 1, 6, 0, 30), BerlinTime(2018, 1, 6, 20, 30)]
        case .clocksForward:
            [BerlinTime(2015, 3, 29, 0, 30), BerlinTime(2020, 3, 29, 3, 15), BerlinTime(2021, 3, 28, 1, 45)]
        case .clocksBack:
            [BerlinTime(2013, 10, 27, 3, 30, 59), BerlinTime(2018, 10, 28, 0, 30), BerlinTime(2018, 10, 28, 23, 30)]
        case .newYear: [BerlinTime(2019, 12, 31, 23, 59), BerlinTime(2020, 1, 1, 0, 1)]
        case .leapDay: [BerlinTime(2016, 2, 29, 0, 20), BerlinTime(2024, 2, 29, 23, 30)]
        case .everyChristmas: (2011...2025).map { BerlinTime($0, 12, 24, 16, $0 % 10) }
        }
    }

    /// How the plays were logged, in turn.
    var actions: [String] {
        switch self {
        case .scrobbledAndTyped: ["scrobble", "watch"]
        case .acrossMidnight, .everyChristmas: ["checkin"]
        case .unknownOnce, .unknownTwice, .newsreel, .onItsRelease: ["watch"]
        default: ["scrobble"]
        }
    }
}
