import Diagnostics
import Formats
import PluginKit
import SampleExport

/// An export of many plays of films that do not exist, written piece by piece.
struct SyntheticExport {
    /// How large it is, and how it lies in its files.
    struct Shape {
        var plays = 1_000_000
        var films = 30_000
        /// Plays in one file; nil puts all of them into one.
        var playsInFile: Int? = 250
        /// Whether the plays come in any order, not newest first as from Trakt.
        var isShuffled = false
    }

    /// What was written, and what a run has to make of it.
    struct Contents: Equatable {
        /// Bytes of JSON in the archive.
        var jsonBytes = 0
        /// Bytes of the archive.
        var archiveBytes = 0
        /// Files in it.
        var files = 0
        /// Different pairs of film and day in Berlin, counted while the plays were made up.
        var diaryRows = 0
    }

    private let shape: Shape
    private let films: [[UInt8]]
    private var chance = SeededGenerator(seed: 1)
    /// How often each film was played.
    private var plays: [Int]

    init(_ shape: Shape) {
        self.shape = shape
        films = (0..<shape.films).map(Self.film)
        plays = Array(repeating: 0, count: shape.films)
    }

    /// Writes the archive.
    mutating func write(to path: String) throws -> Contents {
        var contents = Contents()
        let file = OutputFile(path)
        let offset = Offset()
        var zip = ZIPWriter { (bytes) throws(Diagnostic) in offset.value = try file.write(bytes, at: offset.value) }
        try writeRatings(into: &zip, &contents)
        try writeHistory(into: &zip, &contents)
        try writeWatched(into: &zip, &contents)
        _ = try zip.finish()
        let pending = try file.complete(upTo: offset.value, records: shape.plays)
        try FileSystem.rename(pending.temporaryPath, to: pending.path)
        contents.archiveBytes = offset.value
        return contents
    }

    private final class Offset { var value = 0 }

    // MARK: Plays

    private mutating func writeHistory(into zip: inout ZIPWriter, _ contents: inout Contents) throws {
        let inFile = shape.playsInFile ?? shape.plays
        let isOne = shape.plays <= inFile
        var rows: Set<UInt64> = []
        rows.reserveCapacity(shape.plays)
        for first in stride(from: 0, to: shape.plays, by: inFile) {
            try zip.begin(isOne ? "watched-history.json" : "watched-history-\(first / inFile + 1).json")
            var page = Array("[".utf8)
            for index in first..<min(first + inFile, shape.plays) {
                if index > first { page.append(UInt8(ascii: ",")) }
                let film = chance.next(below: shape.films)
                let time = time(of: shape.isShuffled ? chance.next(below: shape.plays) : index)
                plays[film] += 1
                rows.insert(UInt64(film) << 32 | UInt64(UInt32(bitPattern: time.day)))
                append(index, film, time, to: &page)
                if page.count > 1 << 16 { try Self.hand(&page, to: &zip, &contents) }
            }
            page.append(UInt8(ascii: "]"))
            try Self.hand(&page, to: &zip, &contents)
            try zip.end()
            contents.files += 1
        }
        contents.diaryRows = rows.count
    }

    private static func hand(_ bytes: inout [UInt8], to zip: inout ZIPWriter, _ contents: inout Contents) throws {
        contents.jsonBytes += bytes.count
        try zip.write(bytes.span)
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ index: Int, _ film: Int, _ time: BerlinTime, to page: inout [UInt8]) {
        page += "{\"id\":\(13_500_000_000 - index * 7),\"watched_at\":\"".utf8
        ISO8601.append(time.milliseconds * 1000, to: &page)
        page += "\",\"action\":\"\(chance.pick(["scrobble", "checkin", "watch"]))\",\"type\":\"movie\",\"movie\":".utf8
        page += films[film]
        page.append(UInt8(ascii: "}"))
    }

    /// Fifteen years up to September 2026, evenly filled, to the minute; the hour of the night that some nights do not
    /// have is left out.
    private func time(of index: Int) -> BerlinTime {
        let span = 15 * 365 * 86_400
        let second = Int(BerlinTime.day(2026, 9, 30)) * 86_400 - span / shape.plays * index
        let ofDay = second % 86_400
        return BerlinTime(day: Int32(second / 86_400), second: (ofDay / 3600 == 2 ? 3 * 3600 : ofDay) / 60 * 60)
    }

    // MARK: Films

    /// What was watched how often, and the same in all, as every export states it.
    private func writeWatched(into zip: inout ZIPWriter, _ contents: inout Contents) throws {
        let watched = films.indices.filter { plays[$0] > 0 }
        for (page, first) in stride(from: 0, to: watched.count, by: 250).enumerated() {
            var bytes = Array("[".utf8)
            for film in watched[first..<min(first + 250, watched.count)] {
                if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
                bytes +=
                    "{\"plays\":\(plays[film]),\"last_watched_at\":\"2026-09-30T19:37:00.000Z\",\"movie\":".utf8
                bytes += films[film]
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(UInt8(ascii: "]"))
            contents.jsonBytes += bytes.count
            contents.files += 1
            try zip.add("watched-movies-\(page + 1).json", content: bytes)
        }
        let stats = "{\"movies\":{\"plays\":\(shape.plays),\"watched\":\(watched.count)},\"episodes\":{\"plays\":0}}"
        try zip.add("user-stats.json", content: Array(stats.utf8))
        contents.jsonBytes += stats.utf8.count
        contents.files += 1
    }

    /// Two films of three have a rating.
    private func writeRatings(into zip: inout ZIPWriter, _ contents: inout Contents) throws {
        let rated = films.indices.filter { $0 % 3 != 0 }
        for (page, first) in stride(from: 0, to: rated.count, by: 250).enumerated() {
            var bytes = Array("[".utf8)
            for film in rated[first..<min(first + 250, rated.count)] {
                if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
                bytes +=
                    "{\"rated_at\":\"2024-03-07T19:37:27.000Z\",\"rating\":\(1 + film % 10),\"type\":\"movie\",\"movie\":"
                    .utf8
                bytes += films[film]
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(UInt8(ascii: "]"))
            contents.jsonBytes += bytes.count
            contents.files += 1
            try zip.add("ratings-movies-\(page + 1).json", content: bytes)
        }
    }

    /// The object that Trakt would send; one of a hundred has no year, some have a title that CSV has to quote.
    private static func film(_ number: Int) -> [UInt8] {
        var chance = SeededGenerator(seed: UInt64(number) + 7)
        let title = (0..<(number % 20 == 0 ? 2 : 1)).map { _ in chance.pick(words) }.joined(
            separator: number % 20 == 0 ? ", " : " "
        )
        let year: JSONValue = number % 100 == 0 ? nil : .integer(Int64(chance.next(in: 1930...2026)))
        var json = JSONWriter()
        json.write([
            "title": .string("\(title) \(number)"), "year": year,
            "ids": [
                "trakt": .integer(Int64(80_000_001 + number)),
                "slug": .string(
                    "\(title.lowercased().split { $0 == " " || $0 == "," }.joined(separator: "-"))-\(number)"
                ),
                "imdb": .string("tt\(90_000_001 + number)"), "tmdb": .integer(Int64(90_000_001 + number)),
            ],
        ])
        return json.bytes
    }

    private static let words = [
        "Kettle", "Ferry", "Umbrella", "Lighthouse", "Signal", "Rhubarb", "Tuning", "Fork", "Baker's", "Observatory",
        "Café",
        "Łódka", "Accordion", "Mondlicht", "Tramway", "Postman", "窓", "Marmalade", "Second", "Winter",
    ]
}
