import Testing

@testable import StandardFiles

@Suite struct FileCursorTests {
    @Test(arguments: ["0:0:1:0", "3:1048600:11204:11190+", "0:9007199254740992:9007199254740992:9007199254740992"])
    func `a cursor is read as it was written`(text: String) {
        #expect(FileCursor(text)?.description == text)
    }

    @Test(arguments: [
        "", "0:0:1", "0:0:0:0", "-1:0:1:0", "0:-1:1:0", "0:0:1:-1", "9223372036854775807:0:1:0",
        "0:9223372036854775807:1:0", "0:0:9223372036854775807:0", "0:0:1:9223372036854775807",
        "0:9007199254740993:1:0",
    ])
    func `a cursor with numbers that no file has is refused`(text: String) {
        #expect(FileCursor(text) == nil)
    }
}
