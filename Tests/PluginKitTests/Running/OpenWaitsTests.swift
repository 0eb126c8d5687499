import PluginKit
import Testing

@Suite struct OpenWaitsTests {
    @Test func `waits are listed by their ends, those without one last and the newest of them first`() {
        let waits = OpenWaits()
        _ = waits.begin("a")
        _ = waits.begin("b", until: .seconds(5))
        let third = waits.begin("c", until: .seconds(9), isLimit: true)
        _ = waits.begin("d")
        #expect(waits.all.map(\.reason) == ["c", "b", "d", "a"])
        #expect(waits.all.first == waits.longest)
        waits.end(third)
        #expect(waits.all.map(\.reason) == ["b", "d", "a"])
    }
}
