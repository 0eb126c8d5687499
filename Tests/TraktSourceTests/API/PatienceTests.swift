import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

/// A server that has lost a request is asked again soon, and one that takes its time is waited for.
@Suite struct PatienceTests {
    private let path = "sync/history/movies"

    private func learnt(_ lengths: [Duration]) -> ServerPatience {
        let patience = ServerPatience()
        for length in lengths { patience.note("/a", after: length) }
        return patience
    }

    @Test(arguments: [
        ([], 15), ([50, 60, 40], 15), ([50, 60, 40, 50], 2), ([50, 60, 900, 50], 9), ([50, 60, 1600, 50], 15),
    ])
    func `the limit follows from the slowest answer, once the server is known`(lengths: [Int], limit: Int) {
        let patience = learnt(lengths.map { .milliseconds($0) })
        #expect(patience.limit(for: "/b", most: .seconds(15)) == .seconds(limit))
    }

    @Test func `what was long ago is deleted`() {
        let patience = learnt([.seconds(1)] + Array(repeating: .milliseconds(50), count: 31))
        #expect(patience.limit(for: "/b", most: .seconds(15)) == .seconds(10))
        patience.note("/a", after: .milliseconds(50))
        #expect(patience.limit(for: "/b", most: .seconds(15)) == .seconds(2))
    }

    @Test func `what was given up gets twice as long each time, and others do not`() {
        let patience = learnt(Array(repeating: .milliseconds(50), count: 4))
        var limits: [Duration] = []
        for _ in 0..<5 {
            limits.append(patience.limit(for: "/b", most: .seconds(15)))
            patience.noteSilence("/b")
        }
        #expect(limits == [2, 4, 8, 15, 15].map { .seconds($0) })
        #expect(patience.limit(for: "/c", most: .seconds(15)) == .seconds(2))
        patience.note("/b", after: .milliseconds(50))
        #expect(patience.limit(for: "/b", most: .seconds(15)) == .seconds(2))
    }

    /// A Trakt that needs a time for each answer and is silent when it is told to, on a clock of the test's own.
    private func read(_ time: ManualTime, _ need: @escaping @Sendable (HTTPRequest, Int) -> Duration) async throws
        -> (count: Int, requests: [HTTPRequest])
    {
        let path = path
        let trakt = MadeUpTrakt([path: MadeUpTrakt.plays(10_000)]) { request, _, trakt in
            let need = need(request, trakt.requests.count { $0.url == request.url })
            guard need <= request.limits.firstByte else {
                time.advance(by: request.limits.firstByte)
                throw HTTPFailure(.timedOut, origin: "http://localhost")
            }
            time.advance(by: need)
            return nil
        }
        var bench = Bench.trakt(trakt, time: time)
        bench.bench.context = bench.bench.context.talking(
            through: HTTPClient(trakt.transport, layers: [Again()], time: time)
        )
        return (try await bench.read("data = \"history\"").count, trakt.requests)
    }

    /// Makes a call again that failed for a moment.
    private struct Again: Middleware {
        static let name = "again"
        static let summary = "Makes a call again."
        static let wraps: Set<CallKind> = [.exchange]

        init(_ options: NoOptions, in context: StageContext) {}
        init() {}

        func handle<Input: Sendable, Output: Sendable>(
            _ call: Call<Input, Output>,
            next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
        ) async throws -> Output {
            for _ in 1..<8 { do { return try await next(call) } catch StageFailure.transient {} }
            return try await next(call)
        }
    }

    @Test func `one request in twenty that is lost costs two seconds`() async throws {
        let time = ManualTime()
        let (count, requests) = try await read(time) { request, attempt in
            guard attempt == 1, ["7", "27"].contains(where: { request.url.target.contains("page=\($0)&") }) else {
                return .milliseconds(50)
            }
            return .seconds(3600)
        }
        #expect(count == 10_000)
        // 40 pages, one behind the last, activities twice, settings; and two again.
        #expect(requests.count == 46)
        #expect(time.now == .milliseconds(50) * 44 + .seconds(2) * 2)
    }

    @Test func `a page that needs ten seconds is waited for in the end`() async throws {
        let time = ManualTime()
        let (count, requests) = try await read(time) { request, _ in
            request.url.target.contains("page=7&") ? .seconds(10) : .milliseconds(50)
        }
        #expect(count == 10_000)
        // Given up after 2, 4 and 8 seconds.
        #expect(requests.count == 44 + 3)
    }

    @Test func `a server that is slow at all times is not asked twice`() async throws {
        let time = ManualTime()
        let (count, requests) = try await read(time) { request, _ in
            request.url.target.contains("page=7&") ? .seconds(12) : .seconds(4)
        }
        #expect(count == 10_000)
        #expect(requests.count == 44)
    }
}
