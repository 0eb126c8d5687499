/// What the command line asks for.
struct Arguments {
    var shape = SyntheticExport.Shape()
    var rounds = 3
    /// The program to measure.
    var sprocket = ".build/release/sprocket"
    /// Where to put things instead of a temporary folder; they are kept then.
    var folder: String?
    /// Only make the export, here.
    var make: String?

    static let usage = """
        scripts/benchmark-export [--plays N] [--films N] [--page N | --one-file] [--shuffled] [--rounds N] [--keep FOLDER]
        """

    /// Reads the command line; nil if it asks for something that there is not.
    init?(_ words: [String]) {
        var words = words[...]
        while let word = words.popFirst() {
            switch word {
            case "--one-file": shape.playsInFile = nil
            case "--shuffled": shape.isShuffled = true
            default:
                guard let value = words.popFirst(), take(value, for: word) else { return nil }
            }
        }
    }

    private mutating func take(_ value: String, for word: String) -> Bool {
        let number = Int(value).flatMap { $0 > 0 ? $0 : nil }
        switch word {
        case "--keep": folder = value
        case "--make": make = value
        case "--sprocket": sprocket = value
        case "--plays": shape.plays = number ?? 0
        case "--films": shape.films = number ?? 0
        case "--page": shape.playsInFile = number
        case "--rounds": rounds = number ?? 0
        default: return false
        }
        return number != nil || ["--keep", "--make", "--sprocket"].contains(word)
    }
}
