import Diagnostics
import Formats
import Testing

@Suite struct ZIPBombTests {
    @Test func `an entry that unpacks to more than 250 times its size is refused`() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        var writer = ZIPWriter()
        try writer.begin("zeros")
        for _ in 0..<17 { try writer.write(zeros.span) }
        try writer.end()
        let archive = try ZIPArchive(writer.finish())
        let message = renderedFault { try archive.open(archive.entries[0]) }
        #expect(message?.hasPrefix("test.zip › zeros: error[zip.bomb]: the entry unpacks from ") == true)
    }

    @Test func `up to 16 MiB may be packed as well as can be`() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 24)
        var writer = ZIPWriter()
        try writer.add("zeros", content: zeros)
        let archive = try ZIPArchive(writer.finish())
        #expect(try archive.content(of: archive.entries[0], room: 1 << 18).count == 1 << 24)
    }

    @Test func `more output than is declared is refused`() throws {
        let content = Array("twelve bytes".utf8)
        var writer = ZIPWriter()
        try writer.add("a", content: content)
        var bytes = try writer.finish()
        let directory = bytes.count - 22 - 46 - 1
        bytes[22] = 5
        bytes[directory + 24] = 5
        let archive = try ZIPArchive(bytes)
        #expect(
            renderedFault { try archive.content(of: archive.entries[0]) } == """
                test.zip › a: error[zip.bomb]: the entry unpacks to more than the 5 bytes that the archive declares
                  hint: archives of services do not do that: make sure that it comes from a trusted source
                """
        )
    }

    @Test func `entries that share bytes are refused`() throws {
        var writer = ZIPWriter()
        try writer.add("a", content: [1, 2, 3], method: .stored)
        try writer.add("b", content: [1, 2, 3], method: .stored)
        var bytes = try writer.finish()
        // The offset of the second entry's header, 42 bytes into its line of the table, is set to that of the first.
        let second = bytes.count - 22 - 47
        bytes.replaceSubrange(second + 42..<second + 46, with: [0, 0, 0, 0])
        let message = renderedFault { try ZIPArchive(bytes) }
        #expect(message?.contains("error[zip.bomb]: 'a' and 'b' share bytes of the archive") == true)
    }

    @Test func `an absurd number of entries is refused before they are read`() throws {
        let pipe = [UInt8](base64: ForeignArchiveTests.pipe)
        // The ZIP64 end record has the number twice: 24 and 32 bytes from its start.
        var bytes = pipe
        let record = bytes.count - 22 - 20 - 56
        for offset in [24, 32] { bytes[record + offset + 3] = 1 }
        let message = renderedFault { try ZIPArchive(bytes) }
        #expect(message?.contains("error[zip.bomb]: the archive claims 16,777,217 entries") == true)
    }

    @Test func `a part of an archive in several files is refused`() throws {
        var bytes = try DamagedArchiveTests.sample()
        bytes[bytes.count - 22 + 4] = 1
        let message = renderedFault { try ZIPArchive(bytes) }
        #expect(
            message?.contains("error[zip.multi-disk]: the archive is one part of an archive in several files") == true
        )
    }
}
