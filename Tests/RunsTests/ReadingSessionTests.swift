import Pipelines
import PluginKit
import TestTags
import Testing

@testable import Runs

@Suite struct ReadingSessionTests {
    /// An event, what the driver knows, and the action that follows.
    struct Row: CustomTestStringConvertible, Sendable {
        let event: ReadingSession.Event
        var isStopped = false
        var canStore = true
        var seconds = 0.1
        let action: ReadingSession.Action

        var testDescription: String {
            "\(event)\(isStopped ? ", stopped" : "")\(canStore ? "" : ", no state") after \(seconds) s: \(action)"
        }
    }

    private static let rows = [
        Row(event: .begun, action: .next(.takePage)),
        Row(event: .begun, isStopped: true, action: .close(.stopped)),
        // A page has passed: a checkpoint every five seconds, a look every quarter.
        Row(event: .passed, action: .next(.takePage)),
        Row(event: .passed, seconds: 0.25, action: .next(.look)),
        Row(event: .passed, seconds: 4.9, action: .next(.look)),
        Row(event: .passed, seconds: 5, action: .next(.save)),
        Row(event: .passed, canStore: false, seconds: 0.25, action: .next(.takePage)),
        Row(event: .passed, canStore: false, seconds: 5, action: .next(.takePage)),
        Row(event: .passed, isStopped: true, seconds: 5, action: .close(.stopped)),
        // A page of a memory: no looks.
        Row(event: .drained, seconds: 4.9, action: .next(.takePage)),
        Row(event: .drained, seconds: 5, action: .next(.save)),
        Row(event: .drained, isStopped: true, action: .close(.stopped)),
        Row(event: .saved, seconds: 5, action: .next(.takePage)),
        Row(event: .saved, isStopped: true, action: .next(.takePage)),
        Row(event: .looked, seconds: 5, action: .next(.takePage)),
        // A stopped run that has read everything is complete.
        Row(event: .ended(isComplete: true), action: .close(.complete)),
        Row(event: .ended(isComplete: true), isStopped: true, action: .close(.complete)),
        Row(event: .ended(isComplete: false), isStopped: true, action: .close(.stopped)),
        // The pages before one that cannot be read are stored if a checkpoint is due.
        Row(event: .unreadable(.other), action: .close(.failed(storesFirst: false))),
        Row(event: .unreadable(.other), seconds: 5, action: .close(.failed(storesFirst: true))),
        Row(event: .unreadable(.other), isStopped: true, seconds: 5, action: .close(.failed(storesFirst: true))),
        Row(event: .unreadable(.sourceChanged), seconds: 5, action: .close(.failed(storesFirst: false))),
        Row(event: .unreadable(.cancelled), seconds: 5, action: .close(.failed(storesFirst: true))),
        Row(event: .unreadable(.cancelled), isStopped: true, seconds: 5, action: .close(.stopped)),
        Row(event: .failed(.other), seconds: 5, action: .close(.failed(storesFirst: false))),
        Row(event: .failed(.other), isStopped: true, action: .close(.failed(storesFirst: false))),
        Row(event: .failed(.cancelled), action: .close(.failed(storesFirst: false))),
        Row(event: .failed(.cancelled), isStopped: true, action: .close(.stopped)),
    ]

    @Test(arguments: rows)
    func `each event has its action`(row: Row) {
        var session = ReadingSession(.time(.seconds(5)), at: .seconds(100))
        let conditions = ReadingSession.Conditions(
            isStopped: row.isStopped,
            canStore: row.canStore,
            now: .seconds(100) + .milliseconds(Int(row.seconds * 1000))
        )
        #expect(session.handle(row.event, under: conditions) == row.action)
    }

    /// The actions after pages that pass at these times, in milliseconds; checkpoints and looks are done immediately.
    private func actions(_ interval: CheckpointInterval, at times: [Int]) -> [ReadingSession.Step] {
        var session = ReadingSession(interval, at: .zero)
        return times.map { time in
            let conditions = ReadingSession.Conditions(canStore: true, now: .milliseconds(time))
            guard case .next(let step) = session.handle(.passed, under: conditions) else { return .takePage }
            switch step {
            case .takePage: break
            case .save: #expect(session.handle(.saved, under: conditions) == .next(.takePage))
            case .look: #expect(session.handle(.looked, under: conditions) == .next(.takePage))
            }
            return step
        }
    }

    @Test func `checkpoints and looks count from the last of them`() {
        #expect(
            actions(.time(.seconds(1)), at: [100, 250, 400, 500, 1000, 1100, 1250, 2000])
                == [.takePage, .look, .takePage, .look, .save, .takePage, .look, .save]
        )
    }

    @Test func `checkpoints by pages count pages of sources and memories`() {
        #expect(
            actions(.pages(3), at: [0, 0, 0, 0, 0, 0]) == [.takePage, .takePage, .save, .takePage, .takePage, .save]
        )
        var session = ReadingSession(.pages(2), at: .zero)
        let conditions = ReadingSession.Conditions(canStore: true, now: .zero)
        #expect(session.handle(.passed, under: conditions) == .next(.takePage))
        #expect(session.handle(.drained, under: conditions) == .next(.save))
    }

    @Test func `a run without checkpoints neither stores nor looks`() {
        #expect(actions(.never, at: [0, 300, 10_000]) == [.takePage, .takePage, .takePage])
        var session = ReadingSession(.never, at: .zero)
        let conditions = ReadingSession.Conditions(canStore: true, now: .seconds(60))
        #expect(session.handle(.unreadable(.other), under: conditions) == .close(.failed(storesFirst: false)))
    }

    @Test func `a page that passes while the writer is busy counts for the next checkpoint`() {
        var session = ReadingSession(.pages(2), at: .zero)
        let busy = ReadingSession.Conditions(canStore: false, now: .zero)
        for _ in 0..<3 { #expect(session.handle(.passed, under: busy) == .next(.takePage)) }
        let idle = ReadingSession.Conditions(canStore: true, now: .zero)
        #expect(session.handle(.passed, under: idle) == .next(.save))
    }
}
