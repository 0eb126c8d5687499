import Testing

@testable import StandardFiles

@Suite struct FileMarkTests {
    @Test(arguments: ["0:0", "120:3", "120:3,96:2,0:0", "120:3/400,0:0/0"])
    func `a mark becomes text and a mark again`(text: String) {
        #expect(FileMark(text)?.description == text)
    }

    @Test func `a mark says the part, the offset and the records`() throws {
        let mark = try #require(FileMark("120:3,96:2"))
        #expect(mark.part == 2)
        #expect(mark.current.bytes == 96)
        #expect(mark.records == 5)
    }

    @Test(arguments: [
        "", ",", "1", "1:", ":1", "-1:1", "1:-1", "1:1,", "1:1:1", "a:b", "1:1/", "1/1", "1:1/1/1", "1:1/-1",
        "9223372036854775807:1",
        String(repeating: "1:1,", count: 1000) + "1:1",
    ])
    func `what is no mark is refused`(text: String) {
        #expect(FileMark(text) == nil)
    }
}
