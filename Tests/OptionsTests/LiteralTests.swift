import Options
import Testing

@Suite struct LiteralTests {
    struct Values: OptionGroup {
        @Option("A length of time.") var wait = Duration.zero
        @Option("A size.") var size: ByteCount = 0
        @Option("A text.") var text = ""
    }

    @Test(
        arguments: zip(
            ["0s", "250ms", "5s", "90s", "1m", "1h30m", "2d", "1h 5 s", "1500ms", "36h"],
            [0, 250, 5_000, 90_000, 60_000, 5_400_000, 172_800_000, 3_605_000, 1_500, 129_600_000]
        )
    )
    func `a length of time is read, and its literal reads as the same`(text: String, milliseconds: Int) throws {
        let wait = try bound(Values.self, "wait = \"\(text)\"").wait
        #expect(wait == .milliseconds(milliseconds))
        #expect(try bound(Values.self, "wait = \(wait.literal)").wait == wait)
    }

    @Test(arguments: ["", "5", "s", "-5s", "1.5h", "5 years", "99999999999999999999s", "9223372036854775807d", "1h2"])
    func `what is no length of time is refused`(text: String) {
        #expect(throws: (any Error).self) { try bound(Values.self, "wait = \"\(text)\"") }
    }

    @Test(
        arguments: zip(
            [
                "0", "17", "\"17\u{20}B\"", "\"1 kB\"", "\"1KB\"", "\"256 MiB\"", "\"1 GB\"", "\"3 GiB\"", "1536",
                "\"10 KiB\"",
            ],
            [0, 17, 17, 1_000, 1_000, 268_435_456, 1_000_000_000, 3_221_225_472, 1_536, 10_240]
        )
    )
    func `a size is read, and its literal reads as the same`(text: String, bytes: Int) throws {
        let size = try bound(Values.self, "size = \(text)").size
        #expect(size.bytes == bytes)
        #expect(try bound(Values.self, "size = \(size.literal)").size == size)
    }

    @Test(arguments: ["-1", "\"-1 B\"", "\"MiB\"", "\"1 mib\"", "1.5", "true", "\"99999999999 GiB\"", "\"\""])
    func `what is no size is refused`(text: String) {
        #expect(throws: (any Error).self) { try bound(Values.self, "size = \(text)") }
    }

    @Test(arguments: ["", "a \"quoted\" \\ text", "tab\tand\nnewline", "\u{1}\u{7F}", "Ünïcödé 🎬"])
    func `the literal of a text reads as the same text`(text: String) throws {
        #expect(try bound(Values.self, "text = \(text.literal)").text == text)
    }
}
