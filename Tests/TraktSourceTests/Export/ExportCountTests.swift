import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// Whether what an export states and what it holds are compared, for each kind of data and each kind of damage.
@Suite struct ExportCountTests {
    /// A kind of data, the files it is in, and how the export states how many there are.
    struct Kind: CustomTestStringConvertible, Sendable {
        let data: String
        let stem: String
        let statement: Statement

        enum Statement: Sendable {
            /// In `user-stats.json`, under these keys.
            case stats(String, String)
            /// In the titles that were watched.
            case plays
            /// In `lists-lists.json`.
            case itemCount
            /// In each item.
            case totalCount
        }

        var testDescription: String { "\(stem), \(statement)" }

        /// 70 items on four pages, of which the last has ten.
        func export() -> MadeUpExport {
            var export = MadeUpExport([stem])
            switch statement {
            case .stats(let part, let key) where data == "history":
                export.others["user-stats.json"] = #"{"\#(part)":{"\#(key)":60},"episodes":{"plays":10}}"#
            case .stats(let part, let key):
                export.others["user-stats.json"] = #"{"\#(part)":{"\#(key)":70}}"#
            case .plays:
                let films = (1...70).filter { !$0.isMultiple(of: 7) }
                export.add("watched-movies", films.map { MadeUpExport.item("watched-movies", $0) })
                export.others["watched-shows.json"] = #"[{"plays":4,"show":{"ids":{"trakt":1}}},{"plays":6}]"#
            case .itemCount:
                export.others["lists-lists.json"] =
                    #"[{"item_count":3,"ids":{"trakt":2}},{"item_count":70,"ids":{"trakt":20}}]"#
            case .totalCount:
                export.pages = export.pages.mapValues { $0.map { $0.dropLast() + #","total_count":70}"# } }
            }
            return export
        }

        static let all: [Kind] = [
            Kind(data: "history", stem: "watched-history", statement: .stats("movies", "plays")),
            Kind(data: "history", stem: "watched-history", statement: .plays),
            Kind(data: "history", stem: "watched-history", statement: .totalCount),
            Kind(data: "watched", stem: "watched-movies", statement: .stats("movies", "watched")),
            Kind(data: "watched", stem: "watched-shows", statement: .stats("shows", "watched")),
            Kind(data: "watched", stem: "watched-movies", statement: .totalCount),
            Kind(data: "ratings", stem: "ratings-movies", statement: .stats("movies", "ratings")),
            Kind(data: "ratings", stem: "ratings-shows", statement: .stats("shows", "ratings")),
            Kind(data: "ratings", stem: "ratings-seasons", statement: .stats("seasons", "ratings")),
            Kind(data: "ratings", stem: "ratings-episodes", statement: .stats("episodes", "ratings")),
            Kind(data: "ratings", stem: "ratings-movies", statement: .stats("ratings", "total")),
            Kind(data: "collection", stem: "collection-movies", statement: .stats("movies", "collected")),
            Kind(data: "collection", stem: "collection-shows", statement: .stats("shows", "collected")),
            Kind(data: "collection", stem: "collection-episodes", statement: .stats("episodes", "collected")),
            Kind(data: "comments", stem: "comments-movies", statement: .stats("movies", "comments")),
            Kind(data: "comments", stem: "comments-shows", statement: .stats("shows", "comments")),
            Kind(data: "comments", stem: "comments-seasons", statement: .stats("seasons", "comments")),
            Kind(data: "comments", stem: "comments-episodes", statement: .stats("episodes", "comments")),
            Kind(data: "lists/top", stem: "lists-list-20-top", statement: .itemCount),
            Kind(data: "lists", stem: "lists-lists", statement: .totalCount),
            Kind(data: "watchlist", stem: "lists-watchlist", statement: .totalCount),
            Kind(data: "favorites", stem: "lists-favorites", statement: .totalCount),
            Kind(data: "notes", stem: "notes-movies", statement: .totalCount),
        ]
    }

    enum Damage: CaseIterable {
        case lastLost, middleEmpty, middleShort, middleDoubled, farDoubled, lastDoubled

        func apply(to export: inout MadeUpExport, _ stem: String) {
            func page(_ number: Int) -> String { "\(stem)-\(number).json" }
            switch self {
            case .lastLost: export.pages[page(4)] = nil
            case .middleEmpty: export.pages[page(2)] = []
            case .middleShort: export.pages[page(2)]?.removeLast(3)
            case .middleDoubled: export.pages[page(2)] = export.pages[page(1)]
            case .farDoubled: export.pages[page(3)] = export.pages[page(1)]
            case .lastDoubled: export.pages[page(4)] = export.pages[page(3)]
            }
        }
    }

    @Test(arguments: Kind.all, Damage.allCases)
    func `what is lost is found by the number that the export states`(kind: Kind, damage: Damage) async throws {
        var export = kind.export()
        damage.apply(to: &export, kind.stem)
        let fixture = try export.fixture()
        let refusal = try #require(try await fixture.refusal(kind.data))
        let items = Set(export.pages.filter { $0.key.hasPrefix(kind.stem) }.values.joined())
        let isFilms = kind.data == "history" && !refusal.message.contains("(total_count")
        let found = isFilms ? items.count { $0.contains(#""movie""#) } : items.count
        #expect(refusal.code == "trakt-export.incomplete")
        #expect(refusal.message.contains("it contains \(found) "), "\(refusal.message)")
        #expect(refusal.message.contains(" of \(isFilms ? 60 : 70) ("), "\(refusal.message)")
        #expect(refusal.hint?.contains("-D partial=warn") == true)

        let log = StageLog()
        let read = try await fixture.records(kind.data, "partial = \"warn\"", log: log)
        #expect(read.count >= items.count)
        #expect(
            log.all.contains { $0.code == refusal.code && $0.message == refusal.message && $0.severity == .warning }
        )
    }

    @Test(arguments: Kind.all)
    func `a page that is lost between others is found by its number`(kind: Kind) async throws {
        var export = kind.export()
        export.pages["\(kind.stem)-2.json"] = nil
        #expect(try await export.fixture().refusal(kind.data)?.code == "trakt-export.gap")
    }

    @Test(arguments: Kind.all, [1, 7, 1000])
    func `an export that is whole passes, and a record on two pages comes once`(
        kind: Kind,
        batchSize: Int
    ) async throws {
        var export = kind.export()
        let log = StageLog()
        #expect(try await export.fixture().records(kind.data, batchSize: batchSize, log: log).count == 70)
        // What was on the seams when something was added stands on both pages.
        let all = (1...4).flatMap { export.pages["\(kind.stem)-\($0).json"] ?? [] }
        for (page, range) in [0..<20, 17..<37, 36..<56, 40..<70].enumerated() {
            export.pages["\(kind.stem)-\(page + 1).json"] = Array(all[range])
        }
        #expect(try await export.fixture(as: .folder).records(kind.data, batchSize: batchSize, log: log).count == 70)
        #expect(log.all.isEmpty, "\(log.all)")
    }

    @Test(arguments: Kind.all.filter { if case .stats = $0.statement { $0.data != "history" } else { false } })
    func `a kind of which all files are lost is missed, although nobody has to have it`(kind: Kind) async throws {
        var export = kind.export()
        export.pages = [:]
        export.others["user-settings.json"] = "{}"
        let refusal = try #require(try await export.fixture().refusal(kind.data, "required = false"))
        #expect(refusal.message.hasPrefix("THE EXPORT IS NOT COMPLETE: it contains 0 "))
    }

    @Test(arguments: [("201", true), ("202", true), ("204", false), ("203", false), ("199", true), ("1", true)])
    func `a number that Trakt keeps by itself may lag by one percent`(stated: String, passes: Bool) async throws {
        var export = MadeUpExport([])
        export.add("ratings-movies", (1...200).map { MadeUpExport.item("ratings-movies", $0) })
        export.others["user-stats.json"] = #"{"movies":{"ratings":\#(stated)}}"#
        let log = StageLog()
        guard passes else {
            #expect(try await export.fixture().refusal("ratings")?.code == "trakt-export.incomplete")
            return
        }
        #expect(try await export.fixture().records("ratings", log: log).count == 200)
        #expect(log.all.map(\.code) == ["trakt-export.count"])
        #expect(log.all.first?.severity == (stated.hasPrefix("20") ? .warning : .note))
        #expect(log.all.first?.message.contains("200 ratings of films") == true)
        #expect(log.all.first?.message.contains(stated) == true)
    }

    @Test func `the plays of all titles do not lag, nor do two numbers that agree`() async throws {
        var export = MadeUpExport([])
        export.add("watched-history", (1...200).map { MadeUpExport.item("notes", $0) })
        export.others["watched-movies.json"] = #"[{"plays":201,"movie":{"ids":{"trakt":1}}}]"#
        #expect(
            try await export.fixture().refusal()?.message == """
                THE EXPORT IS NOT COMPLETE: it contains 200 plays of films of 201 (watched-movies states 201); \
                watched-history-10.json, the last page, is full
                """
        )
        export = MadeUpExport([])
        export.add("ratings-movies", (1...200).map { MadeUpExport.item("ratings-movies", $0) })
        export.pages = export.pages.mapValues { $0.map { $0.dropLast() + #","total_count":201}"# } }
        #expect(try await export.fixture().records("ratings").count == 200)
        export.others["user-stats.json"] = #"{"movies":{"ratings":201}}"#
        #expect(
            try await export.fixture().refusal("ratings")?.message.contains(
                "200 ratings of films of 201 (user-stats.json states 201, total_count in ratings-movies-1.json states 201)"
            ) == true
        )
    }

    @Test func `a title on two pages of those watched counts once, and so does a page that is there twice`()
        async throws
    {
        var export = Kind.all[1].export()
        export.pages["watched-movies-2.json"]?.insert(MadeUpExport.item("watched-movies", 22), at: 0)
        export.pages["watched-movies-1.json"]?.append(MadeUpExport.item("watched-movies", 24))
        export.pages["watched-movies-4.json"] = export.pages["watched-movies-2.json"]
        let log = StageLog()
        #expect(try await export.fixture().records("history", log: log).count == 70)
        #expect(log.all.isEmpty, "\(log.all)")
    }

    // MARK: Where nothing is stated

    @Test(arguments: Kind.all, Damage.allCases)
    func `the lengths of pages are looked at where nothing is stated`(kind: Kind, damage: Damage) async throws {
        var export = MadeUpExport([kind.stem])
        damage.apply(to: &export, kind.stem)
        if case .itemCount = kind.statement { export.others["lists-lists.json"] = "[]" }
        guard damage == .lastLost else {
            let refusal = try await export.fixture().refusal(kind.data)
            #expect(refusal?.code == "trakt-export.incomplete")
            return
        }
        let log = StageLog()
        #expect(try await export.fixture().records(kind.data, log: log).count == 60)
        #expect(log.all.map(\.code) == ["trakt-export.unsure"])
        #expect(log.all.first?.message.hasPrefix("\(kind.stem)-3.json, the last page, is full") == true)
    }

    @Test func `a page that has hardly fewer records than others is only reported`() async throws {
        var export = MadeUpExport(["lists-watchlist"])
        export.pages["lists-watchlist-2.json"]?.removeLast(2)
        let log = StageLog()
        #expect(try await export.fixture().records("watchlist", log: log).count == 68)
        #expect(log.all.map(\.code) == ["trakt-export.unsure"])
    }

    // MARK: Names

    @Test(arguments: Array(0..<"ratings-movies-4.json".count), ["~", "/", "7", "ß", "\u{7F}"])
    func `a page that has another name by one character is found`(place: Int, sign: Character) async throws {
        var export = MadeUpExport(["ratings-movies"])
        var name = Array("ratings-movies-4.json")
        guard name[place] != sign else { return }
        name[place] = sign
        export.pages[String(name)] = export.pages.removeValue(forKey: "ratings-movies-4.json")
        export.others["user-stats.json"] = #"{"movies":{"ratings":70}}"#
        // An empty name in a path and a slash at its end are refused, or mean a folder, before.
        let refusal = try await export.fixture().refusal("ratings")
        #expect(refusal != nil)
        if refusal?.code == "trakt-export.unknown-file" {
            #expect(refusal?.message.contains(String(name)) == true)
        }
    }

    @Test func `other files of Trakt's and of others are no pages under another name`() async throws {
        let log = StageLog()
        var export = MadeUpExport(["ratings-movies"])
        for name in ["ratings-movies-1 (1).json", "ratings-everything.json", "hidden-calendar.json", "rating.txt"] {
            export.others[name] = "[]"
        }
        export.others["user-stats.json"] = #"{"movies":{"ratings":70}}"#
        #expect(try await export.fixture().records("ratings", log: log).count == 70)
        // Those that look like ratings are named once, and are not read.
        #expect(log.all.map(\.severity) == [.warning], "\(log.all)")
        for name in ["ratings-movies-1 (1).json", "ratings-everything.json"] {
            #expect(log.all.first?.message.contains(name) == true)
        }
    }

    // MARK: What states it is damaged, or not to be believed

    @Test(arguments: ["[", "", "[1", "{\"movies\":"])
    func `a file of numbers that cannot be read is reported`(text: String) async throws {
        let log = StageLog()
        let export = try ExportFixture(["ratings-movies.json": "[]", "user-stats.json": text])
        #expect(try await export.records("ratings", log: log).isEmpty)
        #expect(log.all.map(\.code) == ["trakt-export.unreadable"])
        #expect(log.all.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        "9223372036854775807", "9223372036854775808", "-1", "-9223372036854775808", "1e400", "1.5", "\"70\"", "null",
        "[]",
        "{}", "true",
    ])
    func `numbers that nobody can have end nothing but the run`(number: String) async throws {
        var export = MadeUpExport(["watched-history"])
        export.others["user-stats.json"] = #"{"movies":{"plays":\#(number)},"episodes":\#(number)}"#
        export.others["watched-movies.json"] =
            #"[{"plays":\#(number),"movie":{"ids":{"trakt":1}}},{"plays":\#(number),"movie":{"ids":{"trakt":2}}}]"#
        _ = try await export.fixture().refusal()
        _ = try await export.fixture().records("history", "partial = \"warn\"")
    }

    // MARK: Where a run reads a part

    @Test(arguments: [3, 16, 1000])
    func `what an earlier process has read is counted before the check`(batchSize: Int) async throws {
        var export = Kind.all[1].export()
        let source = { (fixture: ExportFixture) in
            try Bench(batchSize: batchSize).source(
                TraktExportSource.self,
                options: "path = \"\(fixture.path)\"\ndata = \"history\""
            )
        }
        for isWhole in [true, false] {
            if !isWhole { export.pages["watched-history-4.json"] = nil }
            let fixture = try export.fixture()
            // The check alone, and from the middle of a page on.
            for start in [ExportCursor(page: isWhole ? 4 : 3, record: 0), ExportCursor(page: 1, record: 5)] {
                let code = try await Self.outcome(of: source(fixture), from: start)
                #expect(code == (isWhole ? nil : "trakt-export.incomplete"))
            }
        }
    }

    /// The code of what ends a reading from a cursor on; nil if it comes to the end.
    private static func outcome(
        of source: TraktExportSource,
        from start: ExportCursor
    ) async throws -> Diagnostic.Code? {
        var cursor: ExportCursor? = start
        do {
            while let place = cursor {
                var batch = Batch(source.schema)
                switch try await source.readPage(at: place, into: &batch) {
                case .end: cursor = nil
                case .at(let next): cursor = next
                case .pages(let next): cursor = next.first
                }
            }
            return nil
        } catch let refusal as Diagnostic {
            return refusal.code
        }
    }

    // MARK: What is no file

    @Test func `a FIFO in an unpacked export is refused where it is needed, and else noted`() async throws {
        var export = MadeUpExport(["ratings-movies", "lists-watchlist"])
        export.others["user-stats.json"] = #"{"movies":{"ratings":70}}"#
        let fixture = try export.fixture(as: .folder)
        try fixture.makeFIFO("ratings-shows.json")
        let refusal = try #require(try await fixture.refusal("ratings"))
        #expect(refusal.code == "file.not-regular")
        #expect(refusal.rendered().contains("ratings-shows.json: error[file.not-regular]: this is a FIFO, not a file"))
        let log = StageLog()
        #expect(try await fixture.records("watchlist", log: log).count == 70)
        #expect(log.all.map(\.message) == ["ratings-shows.json is a FIFO, not a file; it is not read"])
        #expect(log.all.map(\.severity) == [.note])
    }

    @Test func `a FIFO that would state numbers is reported`() async throws {
        let fixture = try MadeUpExport(["ratings-movies"]).fixture(as: .folder)
        try fixture.makeFIFO("user-stats.json")
        try fixture.makeFIFO("user-settings.json")
        let log = StageLog()
        #expect(try await fixture.records("ratings", log: log).count == 70)
        #expect(log.all.contains { $0.code == "trakt-export.unreadable" })
    }
}
