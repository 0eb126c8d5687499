import PluginKit
import PluginTestKit
import Testing

@Suite struct FileStampTests {
    @Test func `a stamp is another one when the file is`() throws {
        let folder = try TemporaryFolder()
        try folder.write("one", to: "a.txt")
        let first = try #require(FileStamp(folder.path("a.txt")))
        #expect(first.size == 3)
        #expect(FileStamp(folder.path("a.txt")) == first)
        // Between 2020 and 2100.
        #expect(1_577_836_800_000_000_000...4_102_444_800_000_000_000 ~= first.modified)
        #expect(first.description == "3-\(first.modified)")
        try folder.write("three", to: "a.txt")
        #expect(FileStamp(folder.path("a.txt")) != first)
    }

    @Test func `what is not there has none`() {
        #expect(FileStamp("/tmp/sprocket-no-such-file") == nil)
    }
}
