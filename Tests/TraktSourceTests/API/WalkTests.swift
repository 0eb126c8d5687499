import Diagnostics
import PluginKit
import PluginTestKit
import Records
import Testing

@testable import TraktSource

/// A walk is whole whoever has read its pages, and whatever the server makes of them.
@Suite struct WalkTests {
    private let path = "sync/history/movies"
    private let history = "data = \"history\""

    private func all(_ count: Int) -> [Value] { (1...count).map { .integer(Int64($0)) } }

    private func page(of request: HTTPRequest) -> Int? {
        let target = request.url.target
        guard target.contains(path), let range = target.firstRange(of: "page=") else { return nil }
        return Int(target[range.upperBound...].prefix { $0.isNumber })
    }

    /// A Trakt that makes something else of the items of a page, so often.
    private func trakt(
        _ plays: [String],
        times: Int = .max,
        _ change: @escaping @Sendable (_ page: Int, _ items: [String]) -> [String]?
    ) -> MadeUpTrakt {
        let left = Locked(times)
        return MadeUpTrakt([path: plays]) { [self] request, _, trakt in
            guard let page = page(of: request) else { return nil }
            let start = min((page - 1) * 250, plays.count)
            let items = Array(plays[start..<min(start + 250, plays.count)])
            guard let items = change(page, items) else { return nil }
            let isDue = left.withLock { left in
                left -= 1
                return left >= 0
            }
            guard isDue else { return nil }
            let good = trakt.answer(request)
            let body = "[" + items.joined(separator: ",") + "]"
            return HTTPResponse(status: 200, headers: good.headers, body: Array(body.utf8))
        }
    }

    // MARK: The check

    @Test func `the first page, which is the last of the list, leads to the check`() async throws {
        let source = try Bench.trakt(MadeUpTrakt([path: MadeUpTrakt.plays(600)])).source(TraktAPISource.self, history)
        var batch = source.batch
        guard case .pages(let pages) = try await source.readPage(at: nil, into: &batch) else {
            Issue.record("no list")
            return
        }
        #expect(pages.map(\.step) == [.page(3), .page(2), .page(1)])
        for page in pages.dropLast() {
            var batch = source.batch
            guard case .end = try await source.readPage(at: page, into: &batch) else {
                Issue.record("\(page) leads on")
                continue
            }
        }
        guard case .at(let check) = try await source.readPage(at: pages[2], into: &batch) else {
            Issue.record("the first page leads nowhere")
            return
        }
        #expect(check == TraktCursor("movies", step: .check, census: pages[0].census))
    }

    /// Reads so many pages of the list in one process, and the rest in another.
    private func readInTwo(
        _ trakt: MadeUpTrakt,
        behind pages: Int,
        log: StageLog,
        _ first: any StateValues,
        _ second: any StateValues
    ) async throws -> [Value] {
        var ids: [Value] = []
        let before = try Bench.trakt(trakt, kept: first).source(TraktAPISource.self, history)
        var batch = before.batch
        guard case .pages(let list) = try await before.readPage(at: nil, into: &batch) else { return [] }
        for cursor in list.prefix(pages) {
            var batch = before.batch
            _ = try await before.readPage(at: cursor, into: &batch)
            ids += batch.column("id")
        }
        let after = try Bench.trakt(trakt, log: log, kept: second).source(TraktAPISource.self, history)
        var waiting = Array(list.dropFirst(pages))
        while !waiting.isEmpty {
            var batch = after.batch
            let next = try await after.readPage(at: TraktCursor(waiting.removeFirst().description), into: &batch)
            ids += batch.column("id")
            if case .at(let cursor) = next { waiting.append(cursor) }
        }
        return ids
    }

    @Test(arguments: 0...3) func `a walk that is resumed is counted whole`(pages: Int) async throws {
        let (log, kept) = (StageLog(), InMemoryValues())
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)], .init(hidden: [3, 300, 600, 900]))
        #expect(try await readInTwo(trakt, behind: pages, log: log, kept, kept).count == 996)
        #expect(log.all.map { "\($0.severity) \($0.message)" } == ["note Trakt counts 1000 plays, but shows 996"])
    }

    @Test(arguments: 1...3) func `a walk that is resumed knows what came twice`(pages: Int) async throws {
        let kept = InMemoryValues()
        // The last item of each page is the first of the next one again.
        var plays = MadeUpTrakt.plays(1000)
        for place in [250, 500, 750] { plays.insert(plays[place - 1], at: place) }
        await #expect {
            _ = try await readInTwo(MadeUpTrakt([path: plays]), behind: pages, log: StageLog(), kept, kept)
        } throws: { error in
            guard case StageFailure.sourceChanged(let diagnostic) = error else { return false }
            return diagnostic.message
                == "the data at Trakt changed while it was read: 1003 plays came, of which 1000 were different"
        }
    }

    @Test func `a walk of which nothing is known says what it could not compare`() async throws {
        let log = StageLog()
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        let ids = try await readInTwo(trakt, behind: 3, log: log, InMemoryValues(), InMemoryValues())
        #expect(ids == all(1000))
        #expect(
            log.all.map { $0.rendered() } == [
                """
                warning[trakt.unseen]: bench: of 4 pages of plays 3 were read before, and the record of their items \
                is lost: whether any came twice or is missing cannot be determined
                  hint: to be sure, read everything again: --restart
                """
            ]
        )
    }

    @Test func `what an earlier walk has kept says nothing of this one`() async throws {
        let (log, kept) = (StageLog(), InMemoryValues())
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(1000)])
        #expect(try await Bench.trakt(trakt, kept: kept).read(history).column("id") == all(1000))
        // The pages of this walk were read where nobody kept anything.
        let ids = try await readInTwo(trakt, behind: 3, log: log, InMemoryValues(), kept)
        #expect(ids == all(1000))
        let other = StageLog()
        trakt.data.withLock { $0[path] = MadeUpTrakt.plays(999) }
        _ = try await readInTwo(trakt, behind: 3, log: other, InMemoryValues(), kept)
        #expect(other.all.map(\.code.name) == ["trakt.unseen"])
    }

    // MARK: Short pages

    @Test(arguments: [200, 250, 1000])
    func `a first page that comes short by mistake is asked for again`(count: Int) async throws {
        let log = StageLog()
        let trakt = trakt(MadeUpTrakt.plays(count), times: 1) { page, items in page == 1 ? Array(items[..<10]) : nil }
        #expect(try await Bench.trakt(trakt, log: log).read(history).column("id") == all(count))
        #expect(log.all.isEmpty)
        #expect(trakt.requests.count { page(of: $0) == 1 } == 2)
    }

    @Test(arguments: [200, 250, 1000])
    func `a first page that stays short is reported`(count: Int) async throws {
        let log = StageLog()
        let trakt = trakt(MadeUpTrakt.plays(count)) { page, items in page == 1 ? Array(items.dropFirst(7)) : nil }
        #expect(try await Bench.trakt(trakt, log: log).read(history).column("id") == all(count - 7))
        #expect(
            log.all.map { $0.rendered() } == [
                """
                note[trakt.count]: bench: Trakt counts \(count) plays, but shows \(count - 7)
                  hint: hidden and deleted items are counted but not shown; nothing else is missing
                """
            ]
        )
    }

    @Test func `an account that counts many and shows few is a matter for the person`() async throws {
        let log = StageLog()
        let trakt = trakt(MadeUpTrakt.plays(200)) { _, items in Array(items.prefix(10)) }
        let refusal = try await Bench.trakt(trakt).refusal(history)
        #expect(
            refusal?.description
                == "stops trakt.count: Trakt counts 200 plays, but shows 10 (short pages were requested again. Run it again "
                + "later; if it does not change and is right, because that many are hidden, allow it once: partial = \"warn\" "
                + "in the source, or -D partial=warn) "
        )
        #expect(try await Bench.trakt(trakt, log: log).read(history + "\npartial = \"warn\"").count == 10)
        #expect(
            log.all.map { $0.rendered() } == [
                """
                warning[trakt.count]: bench: Trakt counts 200 plays, but shows 10
                  hint: partial = "warn" accepts it
                """
            ]
        )
    }

    @Test(arguments: [200, 800])
    func `an account that shows far less than the last time is refused, whatever it counts`(count: Int) async throws {
        let kept = InMemoryValues()
        let plays = MadeUpTrakt.plays(count)
        #expect(try await Bench.trakt(MadeUpTrakt([path: plays]), kept: kept).read(history).count == count)
        let trakt = trakt(plays) { page, items in page == 1 ? Array(items.prefix(10)) : [] }
        let refusal = try await Bench.trakt(trakt, kept: kept).refusal(history)
        #expect(
            refusal?.description
                == "stops trakt.drop: Trakt shows 10 plays; the last run had \(count) (if you have not removed them, wait: "
                + "it has happened before, and was temporary. If it is right, allow it once: drop = \"accept\" in the source, "
                + "or -D drop=accept) "
        )
        let accepting = history + "\ndrop = \"accept\"\npartial = \"warn\""
        #expect(try await Bench.trakt(trakt, kept: kept).read(accepting).count == 10)
        // As many as were accepted as missing are hidden by now.
        #expect(try await Bench.trakt(trakt, kept: kept).read(history).count == 10)
    }

    @Test func `an account of one page that has lost most of its plays is refused`() async throws {
        let kept = InMemoryValues()
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(200)])
        #expect(try await Bench.trakt(trakt, kept: kept).read(history).count == 200)
        trakt.data.withLock { $0[path] = MadeUpTrakt.plays(10) }
        let refusal = try await Bench.trakt(trakt, kept: kept).refusal(history)
        #expect(refusal?.message == "Trakt reports 10 plays; the last run had 200")
    }

    // MARK: Pages that repeat

    /// What two reads in a row are refused with.
    private func refusals(_ trakt: MadeUpTrakt) async throws -> [String] {
        let bench = Bench.trakt(trakt)
        var refusals: [String] = []
        for _ in 1...2 { refusals.append(try await bench.refusal(history)?.description ?? "none") }
        return refusals
    }

    private func moved(_ items: Int, _ different: Int) -> String {
        "moved trakt.moved: the data at Trakt changed while it was read: \(items) plays came, of which \(different) were "
            + "different (run it again when nothing is being added or removed there) "
    }

    private func repeats(_ what: String) -> String {
        "stops trakt.repeats: \(what) (the server, or a cache before it, repeats pages: run it again later) "
    }

    @Test func `a server that always gives the first page is refused`() async throws {
        let plays = MadeUpTrakt.plays(1000)
        let trakt = trakt(plays) { _, _ in Array(plays[..<250]) }
        #expect(
            try await refusals(trakt) == [
                moved(1000, 250),
                repeats("page 1 of the plays has only items of other pages, however often it is read"),
            ]
        )
    }

    @Test(arguments: [1000, 20_000])
    func `a page that is its neighbour's copy for good is refused`(count: Int) async throws {
        let plays = MadeUpTrakt.plays(count)
        let trakt = trakt(plays) { page, _ in page == 3 ? Array(plays[250..<500]) : nil }
        #expect(
            try await refusals(trakt) == [
                moved(count, count - 250),
                repeats("page 2 of the plays has only items of other pages, however often it is read"),
            ]
        )
    }

    @Test func `a page that is its neighbour's copy once costs a second walk`() async throws {
        let plays = MadeUpTrakt.plays(1000)
        let bench = Bench.trakt(trakt(plays, times: 1) { page, _ in page == 3 ? Array(plays[250..<500]) : nil })
        #expect(try await bench.refusal(history)?.description == moved(1000, 750))
        #expect(try await bench.read(history).column("id") == all(1000))
    }

    @Test(arguments: [(51, true), (50, false), (17, false)])
    func `more than one in twenty that came before are too many`(sample: (repeats: Int, isRefused: Bool)) async throws {
        var plays = MadeUpTrakt.plays(1000 - sample.repeats)
        for number in 1...sample.repeats { plays.insert(plays[number * 15], at: number * 15) }
        let refusals = try await refusals(MadeUpTrakt([path: plays]))
        #expect(refusals[0] == moved(1000, 1000 - sample.repeats))
        #expect(
            refusals[1]
                == (sample.isRefused
                    ? repeats("of 1000 plays received, only 949 were different, however often it is read") : "none")
        )
    }

    @Test func `few that came before prove nothing in a small account`() async throws {
        var plays = MadeUpTrakt.plays(250)
        plays.append(plays[249])
        let refusals = try await refusals(MadeUpTrakt([path: plays]))
        #expect(refusals == [moved(251, 250), "none"])
    }
}
