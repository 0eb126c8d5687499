import Diagnostics
import Formats
import PluginTestKit
import TestTags
import Testing

@Suite(.tags(.fuzz)) struct DamagedArchiveTests {
    /// A stored and a packed entry, with and without descriptor: some 400 bytes.
    static func sample() throws(Diagnostic) -> [UInt8] {
        var writer = ZIPWriter()
        try writer.add("stored.txt", content: Array("as it is".utf8), method: .stored)
        try writer.add("packed.txt", content: Array("again and again and again".utf8))
        try writer.begin("folder/streamed.txt")
        try writer.write(Array("piece by piece, piece by piece".utf8).span)
        try writer.end()
        return try writer.finish()
    }

    static let samples: [[UInt8]] = {
        let own = (try? sample()) ?? []
        return [own] + ForeignArchiveTests.cases.map { [UInt8](base64: $0.base64) }
    }()

    @Test(arguments: samples.indices)
    func `no damaged byte makes a wrong content or a trap`(index: Int) throws {
        let bytes = Self.samples[index]
        let whole = try ZIPArchive(bytes).contents()
        var numbers = SeededNumbers(seed: 1)
        var wrong: [Int] = []
        for position in bytes.indices {
            for change in [0xFF, 0x01, UInt8.random(in: 1...255, using: &numbers)] {
                var damaged = bytes
                damaged[position] ^= change
                guard let contents = try? ZIPArchive(damaged).contents() else { continue }
                // A name may change where only the table of contents has it (0x7075); a content may not.
                let isRight = contents.values.allSatisfy { whole.values.contains($0) } && contents.count <= whole.count
                if !isRight { wrong.append(position) }
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func `many damaged bytes at once do not trap`() throws {
        var numbers = SeededNumbers(seed: 2)
        let bytes = try Self.sample()
        for _ in 0..<2000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...12, using: &numbers) {
                let position = Int.random(in: 0..<damaged.count, using: &numbers)
                damaged[position] = [0, 0xFF, 0x7F, 0x80, 0x50].randomElement(using: &numbers) ?? 0
            }
            if let contents = try? ZIPArchive(damaged).contents() {
                #expect(contents.values.allSatisfy { $0.count < 100 })
            }
        }
    }

    @Test func `every archive that is cut off is refused`() throws {
        let bytes = try Self.sample()
        for count in 1..<bytes.count {
            let message = renderedFault { try ZIPArchive(Array(bytes.prefix(count))) }
            #expect(message != nil, "cut to \(count) bytes")
        }
        #expect(
            renderedFault { try ZIPArchive(Array(bytes.prefix(100))) } == """
                test.zip: error[zip.truncated]: the archive stops before its table of contents, after 100 bytes
                  hint: the download was cut off: download the archive again and give the new file
                """
        )
    }

    @Test func `bytes that are missing in the middle are counted`() throws {
        var bytes = try Self.sample()
        bytes.removeSubrange(50..<60)
        #expect(
            renderedFault { try ZIPArchive(bytes) } == """
                test.zip: error[zip.truncated]: 10 bytes are missing before the archive's table of contents
                  hint: download the archive again and give the new file
                """
        )
    }

    @Test func `a changed byte is found by the checksum, again at each read`() throws {
        var bytes = try Self.sample()
        bytes[30 + "stored.txt".utf8.count] ^= 0x20
        let archive = try ZIPArchive(bytes)
        let input = try archive.open(archive.entries[0])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        defer { buffer.deallocate() }
        for _ in 0..<2 {
            #expect(
                renderedFault { try input.read(into: buffer) } == """
                    test.zip › stored.txt: error[zip.damaged]: the checksum of the unpacked data is wrong, \
                    so some of its bytes were changed
                      hint: download the archive again and give the new file
                    """
            )
        }
    }

    struct Impostor: CustomTestStringConvertible, Sendable {
        let bytes: [UInt8]
        let testDescription: String
        init(_ bytes: [UInt8], _ message: String) {
            self.bytes = bytes
            testDescription = message
        }
    }

    @Test(arguments: [
        Impostor([], "the file is empty, where a ZIP archive was expected"),
        Impostor(Array("\n<!DOCTYPE html><html>".utf8), "it looks like a web page (HTML)"),
        Impostor(Array("<?xml version='1.0'?><Error/>".utf8), "it looks like an HTML or XML document"),
        Impostor(Array("{\"error\": 1}".utf8), "it looks like JSON text"),
        Impostor(Array("\u{FEFF}[]".utf8), "it looks like JSON text"),
        Impostor(Array("Not found".utf8), "it looks like plain text"),
        Impostor([0x1F, 0x8B, 8, 0, 0], "it looks like a gzip file"),
        Impostor([UInt8](repeating: 0, count: 99), "it looks like nothing but zero bytes"),
        Impostor([1, 2, 3, 0xFF], "it is of an unknown kind"),
    ])
    func `a file that is no archive is told by its looks`(impostor: Impostor) throws {
        let message = try #require(renderedFault { try ZIPArchive(impostor.bytes) })
        #expect(message.hasPrefix("test.zip: error[zip.not-an-archive]: the file is "))
        #expect(message.contains(impostor.testDescription + "\n  hint: "))
    }

    @Test(arguments: [
        ("../up", "leads out of its folder with '..'"), ("a/../../b", "leads out of its folder with '..'"),
        ("/etc/passwd", "is a path from the root"), ("C:/x", "is a path from the root of a drive"),
        ("a\\b", "has a backslash in it"), ("a\0b", "has a zero byte in it"), ("", "is empty"),
    ])
    func `a name that leads elsewhere is refused`(name: String, fault: String) throws {
        var writer = ZIPWriter()
        try writer.add(name, content: [1])
        let bytes = try writer.finish()
        let message = try #require(renderedFault { try ZIPArchive(bytes) })
        #expect(message.hasPrefix("test.zip: error[zip.path]: the name of entry 1, '"))
        #expect(message.contains("', \(fault)\n"))
    }

    @Test func `names with dots that stay in the folder are fine`() throws {
        var writer = ZIPWriter()
        for name in ["a..b", "...", "a/..b/c", ".hidden"] { try writer.add(name, content: []) }
        #expect(try ZIPArchive(writer.finish()).entries.count == 4)
    }

    @Test func `two entries of one name are refused`() throws {
        var writer = ZIPWriter()
        try writer.add("a", content: [1])
        try writer.add("a", content: [2])
        let bytes = try writer.finish()
        #expect(
            renderedFault { try ZIPArchive(bytes) }?.contains(
                "error[zip.damaged]: two entries have the name 'a'"
            ) == true
        )
    }
}
