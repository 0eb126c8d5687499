import Diagnostics
import Formats
import PluginKit
import SampleExport
import Testing

@Suite struct ShippedArchiveTests {
    /// The packed bytes depend on the version of zlib; what they unpack to does not.
    @Test func `the shipped export is what the generator makes`() throws {
        let path =
            #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/pipelines/sample/trakt-export.zip"
        let archive = try ZIPArchive(InputFile(path), name: "trakt-export.zip")
        let made = MadeUpAccount().files
        #expect(archive.entries.map(\.name) == made.map(\.name), "write it anew: swift run SampleAccount")
        for (entry, file) in zip(archive.entries, made) {
            #expect(try archive.content(of: entry) == file.bytes, "write it anew: swift run SampleAccount")
        }
    }

    @Test func `the account is the same every time`() throws {
        #expect(try MadeUpAccount().archive() == MadeUpAccount().archive())
    }

    @Test func `it is small enough to ship`() throws {
        #expect(try MadeUpAccount().archive().count < 100_000)
    }

    @Test func `every file is JSON`() throws {
        for file in MadeUpAccount().files { _ = try JSONValue(parsing: file.bytes, name: file.name) }
    }
}

extension ZIPArchive {
    fileprivate func content(of entry: ZIPEntry) throws -> [UInt8] {
        let input = try open(entry)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var content: [UInt8] = []
        while case let count = try input.read(into: buffer), count > 0 { content += buffer[..<count] }
        return content
    }
}
