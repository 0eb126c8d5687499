/// The columns of a file: those of its content, and others only if some row fills them.
struct CSVHeader: Equatable {
    let content: ImportContent
    let hasTitles: Bool
    let hasTags: Bool
    let hasReviews: Bool
    let hasDirectors: Bool
    let hasURIs: Bool

    /// Creates the columns for rows that together have these flags.
    init(_ settings: Settings, flags: SpoolRow.Flags) {
        content = settings.content
        hasTitles = settings.titles || flags.contains(.title)
        hasTags = content == .diary && (flags.contains(.tags) || !settings.tags.bytes.isEmpty)
        hasReviews = content == .list || flags.contains(.review)
        hasDirectors = flags.contains(.directors)
        hasURIs = flags.contains(.uri)
    }

    /// The names of the columns, as Letterboxd spells them.
    var names: [String] {
        var names = ["tmdbID", "imdbID"]
        if hasTitles { names += ["Title", "Year"] }
        if content == .diary { names.append("WatchedDate") }
        if content == .diary || content == .ratings { names.append("Rating10") }
        if content == .diary { names.append("Rewatch") }
        if hasTags { names.append("Tags") }
        if hasReviews { names.append("Review") }
        if hasDirectors { names.append("Directors") }
        if hasURIs { names.append("LetterboxdURI") }
        return names
    }

    /// The first line.
    var bytes: [UInt8] { Array((names.joined(separator: ",") + "\n").utf8) }

    /// The longest possible header, in bytes.
    static let longest = 96
}
