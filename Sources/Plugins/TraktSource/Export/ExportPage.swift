/// One file of an export: a page of one kind of data.
struct ExportPage: Hashable, Sendable {
    /// The subject of the file's records, if the file's name states it.
    enum Subject: String, CaseIterable, Sendable {
        case movies
        case shows
        case seasons
        case episodes
        case lists

        /// The `type` of such a record.
        var type: String { String(rawValue.dropLast()) }
    }

    /// The path in the export.
    let path: String
    /// The name before the page number: `watched-history`, `ratings-movies`.
    let stem: String
    /// The page number; 0 if the name has none.
    let number: Int
    /// The subject of the records.
    let subject: Subject?

    /// The last part of the path, for messages.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The page for a path, as far as its name states it: `…/Watched-History-12.json` is page 12 of `watched-history`.
    init(_ path: String) {
        self.path = path
        let file = (path.split(separator: "/").last ?? "").lowercased()
        let whole = file.hasSuffix(".json") ? String(file.dropLast(5)) : file
        let digits = whole.reversed().prefix { $0.isASCII && $0.isNumber }.count
        let before = whole.dropLast(digits)
        if digits > 0, before.hasSuffix("-"), let number = Int(whole.suffix(digits)) {
            stem = String(before.dropLast())
            self.number = number
        } else {
            stem = whole
            number = 0
        }
        let last = stem.split(separator: "-").last.map(String.init) ?? ""
        subject = Subject(rawValue: last)
    }

    /// The same file with its whole name as the stem: for lists, whose own name may end in a number.
    var unnumbered: ExportPage { ExportPage(self, stem: number == 0 ? stem : "\(stem)-\(numeral)", number: 0) }

    private init(_ page: ExportPage, stem: String, number: Int) {
        path = page.path
        self.stem = stem
        self.number = number
        subject = nil
    }

    /// The number as written in the name, including leading zeros.
    private var numeral: String {
        let whole = name.lowercased().dropLast(5)
        return String(whole.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
    }
}
