import PluginKit
import PluginTestKit
import Testing

@testable import Runs

@Suite struct WorkSlotTests {
    @Test func `the window notes what happens to each page, and since when`() async throws {
        let time = ManualTime()
        let window = PageWindow(width: 3, isOrdered: true, time: time)
        func states() -> [String] { window.slots.map { "\($0.number) \($0.slot.reading.state)" } }
        for _ in 0..<2 { _ = await window.begin(.init(cursor: nil, order: nil)) }
        #expect(states() == ["0 reading", "1 reading"])
        time.advance(by: .seconds(5))
        window.slot(of: 1)?.enter(.transforming(7), bytes: 100)
        #expect(states() == ["0 reading", "1 transforming(7)"])
        #expect(window.slot(of: 1)?.reading.since == time.now && window.slot(of: 1)?.reading.bytes == 100)
        window.deliver(1, result: .failure(CancellationError()))
        window.deliver(0, result: .failure(CancellationError()))
        #expect(states() == ["0 waiting", "1 waiting"])
        let first = try #require(await window.next())
        #expect(states() == ["0 passing", "1 waiting"])
        window.release(first.number)
        #expect(states() == ["1 waiting"] && window.slot(of: 0) == nil)
    }
}
