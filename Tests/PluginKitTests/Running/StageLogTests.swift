import PluginKit
import PluginTestKit
import Testing

@Suite struct StageLogTests {
    @Test func `what is reported twice is heard once`() {
        let heard = Locked<[String]>([])
        let log = StageLog { finding in heard.withLock { $0.append(finding.message) } }
        log.say(Diagnostic("a.b", message: "one"))
        log.say(Diagnostic("a.b", message: "two"))
        log.say(Diagnostic("a.b", message: "one"))
        log.say(Diagnostic("c.d", message: "one"))
        #expect(log.all.map(\.message) == ["one", "two", "one"])
        #expect(heard.withLock { $0 } == ["one", "two", "one"])
    }

    @Test func `time that is advanced by hand wakes sleepers immediately`() async throws {
        let time = ManualTime(.seconds(5))
        time.advance(by: .seconds(1))
        try await time.sleep(until: .seconds(60))
        #expect(time.now == .seconds(60))
        try await time.sleep(until: .seconds(10))
        #expect(time.now == .seconds(60))
    }
}
