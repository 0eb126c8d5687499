import Formats
import PluginKit
import Records

/// Records with everything that a file has to get right.
enum Films {
    static let schema: Schema = [
        "title": .text, "year": .integer, "score": .real, "seen": .boolean, "at": .instant,
    ]

    static let awkward = Batch(
        schema,
        records: [
            ["Heat", 1995, 8.3, true, .instant(1_409_562_611_000_000)],
            ["Say \"when\", Léon;\r\nplease\t\\ 🎬", -1, -0.0, false, .instant(-1)],
            [nil, nil, nil, nil, nil],
            ["\u{FEFF}first", .integer(.max), 1e300, true, .instant(253_402_300_799_999_999)],
            ["=1+1\u{1}\u{7F}", .integer(.min), .real(.leastNonzeroMagnitude), false, .instant(0)],
        ]
    )

    /// Records cut into batches of a size.
    static func batches(of records: Batch, size: Int) -> [Batch] {
        stride(from: 0, to: records.count, by: size).map { first in
            var batch = Batch(records.schema)
            for row in first..<min(first + size, records.count) { batch.append(row, of: records) }
            return batch
        }
    }

    /// Films with a number, `Film 1` to `Film n`.
    static func numbered(_ count: Int) -> Batch {
        Batch(
            ["title": .text, "n": .integer],
            records: (1...count).map { [.text("Film \($0)"), .integer(Int64($0))] }
        )
    }
}
