import PluginKit
import PluginTestKit
import Records
import TestTags
import Testing

@testable import TraktSource

/// Whatever is added and removed while an account is read, and whenever: what comes is what there was at one moment, or
/// the walk is given up.
@Suite(.tags(.fuzz)) struct DriftPropertyTests {
    /// Whose account is read, on what kind of server.
    enum Reader: String, CaseIterable {
        /// One's own.
        case own
        /// One's own, on a server that does not tell when something was last done.
        case ownWithoutTimes
        /// Somebody else's.
        case anybody
        /// Somebody else's, on a server that counts nothing but pages.
        case anybodyUncounted

        /// Whether two changes that make up for each other between two answers can be noticed.
        var seesPairs: Bool { self == .own }
        var path: String {
            self == .own || self == .ownWithoutTimes ? "sync/history/movies" : "users/sean/history/movies"
        }
        var options: String {
            "data = \"history\"\npage_size = 10" + (path.hasPrefix("users") ? "\nuser = \"sean\"" : "")
        }
    }

    /// What happens before a request.
    private enum Change {
        case add(place: Int)
        case remove(place: Int)
    }

    /// An account, and all that it was.
    private final class Account: Sendable {
        let moments = Locked<[[Int]]>([])
        private let next = Locked(1000)

        init(_ count: Int) { moments.withLock { $0 = [Array((1...count).reversed())] } }

        var plays: [Int] { moments.withLock { $0.last ?? [] } }

        func make(_ changes: [Change]) {
            guard !changes.isEmpty else { return }
            var plays = plays
            for change in changes {
                switch change {
                case .add(let place):
                    let number = next.withLock { next in
                        next += 1
                        return next
                    }
                    plays.insert(number, at: min(place, plays.count))
                case .remove(let place):
                    if !plays.isEmpty { plays.remove(at: min(place, plays.count - 1)) }
                }
            }
            moments.withLock { $0.append(plays) }
        }
    }

    private func schedule(_ numbers: inout SeededNumbers, _ count: Int, _ reader: Reader) -> [Int: [Change]] {
        var schedule: [Int: [Change]] = [:]
        for _ in 0..<numbers.next(below: 4) {
            let request = 2 + numbers.next(below: 10)
            let places = [0, count - 1, numbers.next(below: count), numbers.next(below: count)]
            let place = places[numbers.next(below: places.count)]
            let change = numbers.next(below: 2) == 0 ? Change.add(place: place) : .remove(place: place)
            guard reader.seesPairs || schedule[request] == nil else { continue }
            schedule[request, default: []].append(change)
            if reader.seesPairs, numbers.next(below: 2) == 0 {
                // Another one that makes up for it.
                let other = numbers.next(below: count)
                let pair = if case .add = change { Change.remove(place: other) } else { Change.add(place: other) }
                schedule[request, default: []].append(pair)
            }
        }
        return schedule
    }

    /// Reads as several workers do: neighbouring pages in any order.
    private func read(_ source: TraktAPISource, _ numbers: inout SeededNumbers) async throws -> [Value] {
        var ids: [Value] = []
        var waiting: [TraktCursor?] = [nil]
        while !waiting.isEmpty {
            let width = min(waiting.count, 1 + numbers.next(below: 4))
            // The check waits for all pages.
            let ready = waiting.prefix(width).filter { $0?.step != .check || waiting.count == 1 }
            let index = numbers.next(below: max(1, ready.count))
            var batch = source.batch
            let cursor = waiting.remove(at: index)
            switch try await source.readPage(at: cursor, into: &batch) {
            case .end: break
            case .at(let next): waiting.append(next)
            case .pages(let pages): waiting += pages
            }
            ids += batch.column("id")
        }
        return ids
    }

    @Test(arguments: Reader.allCases)
    func `what comes is of one moment, or it is refused`(reader: Reader) async throws {
        var outcomes: [String: Int] = [:]
        for seed in UInt64(1)...250 {
            var numbers = SeededNumbers(seed: seed)
            let count = 5 + numbers.next(below: 60)
            let account = Account(count)
            let schedule = schedule(&numbers, count, reader)
            let trakt = MadeUpTrakt([:]) { request, number, trakt in
                account.make(schedule[number] ?? [])
                let moment = account.moments.withLock { $0.count }
                trakt.lastActivities.withLock { $0 = "2026-07-05T15:00:00.00\(moment)Z" }
                trakt.data.withLock { data in
                    data[reader.path] = account.plays.map { "{\"id\":\($0),\"type\":\"movie\"}" }
                }
                let isAbout = request.url.target == "/sync/last_activities"
                return reader == .ownWithoutTimes && isAbout ? HTTPResponse(status: 404) : nil
            }
            if reader == .anybodyUncounted {
                trakt.rules.withLock { rules in
                    rules.saysItems = false
                    rules.saysLimit = false
                }
            }
            let source = try Bench.trakt(trakt, wanted: ["id"]).source(TraktAPISource.self, reader.options)
            do {
                let ids = try await read(source, &numbers)
                let moments = account.moments.withLock { $0 }.map { Set($0.map { Value.integer(Int64($0)) }) }
                #expect(Set(ids).count == ids.count, "seed \(seed): twice")
                #expect(moments.contains(Set(ids)), "seed \(seed): \(schedule)")
                outcomes[moments.count > 1 ? "drift that made no difference" : "calm", default: 0] += 1
            } catch StageFailure.sourceChanged {
                outcomes["refused", default: 0] += 1
            }
        }
        #expect(outcomes["calm", default: 0] > 20 && outcomes["refused", default: 0] > 20, "\(outcomes)")
    }
}
