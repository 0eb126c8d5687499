internal import Diagnostics
internal import Formats

/// Where a source is: what checkpoints and reports have as JSON, for people and programs.
struct SourcePlace {
    /// How many pages are behind it: of a run over a part of the records, those of that part.
    let pages: Int
    /// How many records were read of them.
    let records: Int
    /// Where the next page begins; nil at the end, and where only the source itself knows.
    let next: String?
    /// How many pages are read once more, because they were begun and not used.
    let repeated: Int
    /// Whether everything has been read.
    let isAtEnd: Bool

    /// Reads a place; nil if the text is none.
    init?(_ text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8), name: "position") else { return nil }
        pages = Int(clamping: json["own"]?.integer ?? json["number"]?.integer ?? 0)
        records = Int(json["read"]?.integer ?? 0)
        next = json["at"]?.string ?? json["list"]?[0]?.string
        repeated = json["again"]?.array?.count ?? 0
        isAtEnd = json["end"]?.bool == true && repeated == 0
    }

    /// The place in words: `12 pages, 12,000 records; goes on at '12000'`.
    var words: String {
        guard pages > 0 else { return "nothing read yet" }
        var words = "\(pages.counted("page")), \(records.counted("record"))"
        if isAtEnd { return words + "; at its end" }
        if repeated > 0 { words += "; \(repeated.grouped) of them once more" }
        // A place as long as a paragraph tells nobody where it is.
        if let next, next.count <= 60 { words += "; goes on at '\(next)'" }
        return words
    }

    /// The words for a place that may not be known: a source that nobody has asked yet is at its start.
    static func words(_ text: String?) -> String {
        guard let text else { return "nothing read yet" }
        return SourcePlace(text)?.words ?? text
    }

    /// The members of the place, in an object that is open.
    func write(to json: inout JSONWriter) {
        json.member("pages", value: pages)
        json.member("read", value: records)
        if let next { json.member("cursor", value: next) }
        if repeated > 0 { json.member("repeated", value: repeated) }
        json.member("atEnd", value: isAtEnd)
    }
}
