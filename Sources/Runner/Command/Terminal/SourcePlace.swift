internal import Diagnostics
internal import Formats

/// The position of a source, read from the JSON of checkpoints and reports, as text and as JSON.
struct SourcePlace {
    /// The number of pages that have been read; for a run over a part of the records, the pages of that part.
    let pages: Int
    /// The number of records on those pages.
    let records: Int
    /// Where the next page begins; nil at the end, and if only the source itself knows it.
    let next: String?
    /// The number of pages that are read again, because they were begun and not used.
    let repeated: Int
    /// Whether everything has been read.
    let isAtEnd: Bool

    /// Reads a position; nil if the text is not one.
    init?(_ text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8), name: "position") else { return nil }
        pages = Int(clamping: json["own"]?.integer ?? json["number"]?.integer ?? 0)
        records = Int(json["read"]?.integer ?? 0)
        next = json["at"]?.string ?? json["list"]?[0]?.string
        repeated = json["again"]?.array?.count ?? 0
        isAtEnd = json["end"]?.bool == true && repeated == 0
    }

    /// The position as text: `12 pages, 12,000 records; continues at '12000'`.
    var words: String {
        guard pages > 0 else { return "nothing read yet" }
        var words = "\(pages.counted("page")), \(records.counted("record"))"
        if isAtEnd { return words + "; complete" }
        if repeated > 0 { words += "; \(repeated.grouped) of them to be read again" }
        // A position as long as a paragraph is not useful.
        if let next, next.count <= 60 { words += "; continues at '\(next)'" }
        return words
    }

    /// The text for a position that may not be known: a source that has not been read yet is at its start.
    static func words(_ text: String?) -> String {
        guard let text else { return "nothing read yet" }
        return SourcePlace(text)?.words ?? text
    }

    /// Writes the members of the place into an open object.
    func write(to json: inout JSONWriter) {
        json.member("pages", value: pages)
        json.member("read", value: records)
        if let next { json.member("cursor", value: next) }
        if repeated > 0 { json.member("repeated", value: repeated) }
        json.member("atEnd", value: isAtEnd)
    }
}
