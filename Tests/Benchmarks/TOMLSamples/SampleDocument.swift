/// A document of one kind and a size, the same at each run.
public struct SampleDocument: Sendable {
    /// What kind it is.
    public let name: String
    /// The document, as UTF-8.
    public let bytes: [UInt8]

    /// The four kinds, each of about `size` bytes.
    public static func all(size: Int) -> [SampleDocument] {
        [
            SampleDocument(name: "pipelines", bytes: repeating(size) { pipeline($0, &$1) }),
            SampleDocument(name: "long-strings", bytes: repeating(size) { longStrings($0, &$1) }),
            SampleDocument(name: "numbers", bytes: repeating(size) { numbers($0, &$1) }),
            SampleDocument(name: "small-tables", bytes: repeating(size) { smallTables($0, &$1) }),
        ]
    }

    private static func repeating(_ size: Int, _ part: (Int, inout Dice) -> String) -> [UInt8] {
        var dice = Dice()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 4096)
        var number = 0
        while bytes.count < size {
            bytes += part(number, &dice).utf8
            number += 1
        }
        return bytes
    }

    /// One `[[pipeline]]` with its stages, as people write them: comments, blanks, durations, a table or two inline.
    private static func pipeline(_ number: Int, _ dice: inout Dice) -> String {
        """
        # ---------------------------------------------------------------------------
        # Films of account \(number), every night
        [[pipeline]]
        name        = "trakt-to-letterboxd-\(number)"
        description = "Every film that account \(number) logged on Trakt, as Letterboxd diary entries"
        enabled     = \(dice.roll(2) == 0)
        needs       = ["refresh-tokens", "ratings-\(dice.roll(1000))"]

        [pipeline.run]                      # the engine's own settings
        batch_size = \(dice.roll(10) * 100 + 100)
        checkpoint_every = "5s"
        on_reject = { keep = "rejects/{name}.jsonl", limit = \(dice.roll(500)) }
        since = 2024-0\(dice.roll(9) + 1)-1\(dice.roll(10))T07:32:00Z

        [pipeline.middleware.cache]
        use = "cache"
        store = "memory"                    # memory | disk | redis | tiered
        max_entries = 10_000
        max_size = "256 MiB"
        ttl = "\(dice.roll(48))h"
        share = 0.\(dice.roll(1000))

        [[pipeline.source]]
        use = "trakt"
        name = "plays"
        data = "history"
        user = "${var:account}"
        client_id = "${env:TRAKT_CLIENT_ID}"
        page_size = \(dice.roll(250) + 1)
        middleware = ["metrics", "cache", "pool", "limit"]   # outermost first
        window.from = 2020-01-01
        window.to = 2024-12-31

        [[pipeline.transform]]
        use = "filter"
        where = "type == 'movie' and watched_at > '\(2000 + dice.roll(25))-01-01'"

        [[pipeline.transform]]
        use = "rename"
        columns = { movie_title = "Title", movie_year = "Year", rated = "Rating10", watched_at = "WatchedDate" }

        [[pipeline.sink]]
        use = "letterboxd"
        path = 'exports\\{name}-{date}.csv'
        time_zone = "${var:zone}"
        rows_in_one_file = \(dice.roll(3000))


        """
    }

    private static func longStrings(_ number: Int, _ dice: inout Dice) -> String {
        let words = ["film", "Länge", "of", "the", "night", "with", "music", "and", "a", "日本語", "remarkable", "ending"]
        func text(_ count: Int, _ dice: inout Dice) -> String {
            (0..<count).map { _ in words[dice.roll(words.count)] }.joined(separator: " ")
        }
        return """
            [[review]]
            title = "\(text(12, &dice))"
            body = \"\"\"
            \(text(60, &dice))
            \(text(60, &dice)) \\"quoted\\" and a tab\\t
            \(text(60, &dice))\"\"\"
            raw = '''
            \(text(40, &dice)) C:\\films
            \(text(40, &dice))'''
            note = "\(text(30, &dice))"

            """
    }

    private static func numbers(_ number: Int, _ dice: inout Dice) -> String {
        let integers = (0..<24).map { _ in "\(dice.roll(2_000_000) - 1_000_000)" }.joined(separator: ", ")
        let floats = (0..<24).map { _ in "\(dice.roll(1000)).\(dice.roll(100_000))" }.joined(separator: ", ")
        return """
            [series.s\(number)]
            integers = [\(integers)]
            floats = [\(floats)]
            mixed = [0xff\(dice.roll(10)), 1_000_\(dice.roll(900) + 100), 6.\(dice.roll(999))e-\(dice.roll(20)), -0.0\(dice.roll(99))]

            """
    }

    private static func smallTables(_ number: Int, _ dice: inout Dice) -> String {
        """
        [host.h\(number)]
        ip = "10.0.\(dice.roll(256)).\(dice.roll(256))"
        port = \(dice.roll(65536))
        up = true
        at = { x = \(dice.roll(100)), y = \(dice.roll(100)) }

        """
    }
}
