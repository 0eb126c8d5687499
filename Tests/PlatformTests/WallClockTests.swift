import Glibc
import Platform
import PluginTestKit
import Testing

@Suite struct WallClockTests {
    @Test func `it goes as its time source does`() {
        let time = ManualTime(.seconds(500))
        let clock = WallClock(time, showing: 1_767_225_600)
        #expect(clock.seconds == 1_767_225_600)
        time.advance(by: .seconds(90))
        #expect(clock.seconds == 1_767_225_690)
    }

    @Test func `the machine's own shows the machine's time`() {
        #expect(abs(WallClock(SystemTime()).seconds - Int64(Glibc.time(nil))) <= 2)
    }
}
