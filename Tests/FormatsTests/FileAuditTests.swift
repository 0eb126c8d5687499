import Diagnostics
import Formats
import PluginTestKit
import TestTags
import Testing

/// What a growing file holds, looked at piece by piece.
@Suite(.tags(.fuzz)) struct FileAuditTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("a.csv")
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)".replacing(folder.path, with: "@")
        }
    }

    @Test func `a file is known by its bytes, their checksum and their records`() throws {
        try folder.write("123456789", to: "a.csv")
        var audit = FileAudit(path, format: .lines, countsRecords: true)
        #expect((audit.bytes, audit.crc32, audit.records) == (0, 0, 0))
        try audit.extend(to: 9)
        // The check of CRC-32/ISO-HDLC in Greg Cook's catalogue of parametrised CRCs.
        #expect((audit.bytes, audit.crc32, audit.records) == (9, 0xCBF4_3926, 1))
        #expect((audit.path, audit.format) == (path, .lines))
    }

    @Test(arguments: [RecordFormat.lines, .csv(hasHeader: true), .csv(hasHeader: false), .opaque], [true, false])
    func `extending piece by piece is extending at once`(format: RecordFormat, countsRecords: Bool) throws {
        // Longer than a chunk, with records that cross its end.
        let text = String(repeating: "a,\"b\n\"\"\",c\r\nd\n", count: 20_000)
        try folder.write(text, to: "a.csv")
        let size = text.utf8.count
        var whole = FileAudit(path, format: format, countsRecords: countsRecords)
        try whole.extend(to: size)
        let records: Int? =
            switch format {
            case _ where !countsRecords: nil
            case .opaque: nil
            case .lines: 60_000
            case .csv(let hasHeader): 40_000 - (hasHeader ? 1 : 0)
            }
        #expect(whole.records == records)
        #expect(whole.crc32 == CRC32(of: Array(text.utf8)).value)

        var pieces = FileAudit(path, format: format, countsRecords: countsRecords)
        var random = SeededNumbers(seed: 7)
        while pieces.bytes < size { try pieces.extend(to: min(size, pieces.bytes + random.next(below: 90_000))) }
        #expect((pieces.bytes, pieces.crc32, pieces.records) == (size, whole.crc32, whole.records))
    }

    @Test(arguments: [0, 8, 15, 30])
    func `a file is resumed where a record ends`(cut: Int) throws {
        let text = "k,v\n1,2\n\"3\n\",4\n" + "k,v\n1,2\n\"3\n\",4\n"
        try folder.write(text, to: "a.csv")
        let format = RecordFormat.csv(hasHeader: true)
        var audit = FileAudit(path, format: format, countsRecords: true)
        try audit.extend(to: cut)
        var again = FileAudit(
            resuming: path,
            format: format,
            bytes: audit.bytes,
            crc32: audit.crc32,
            records: audit.records,
            countsRecords: true
        )
        #expect((again.bytes, again.crc32, again.records) == (audit.bytes, audit.crc32, audit.records))
        try audit.extend(to: 30)
        try again.extend(to: 30)
        #expect((again.crc32, again.records) == (CRC32(of: Array(text.utf8)).value, 5))
        #expect(audit.records == 5)
    }

    @Test func `nobody counts on from a number that nobody knows`() throws {
        try folder.write("1\n2\n", to: "a.csv")
        var audit = FileAudit(resuming: path, format: .lines, bytes: 2, crc32: 1, records: nil, countsRecords: true)
        try audit.extend(to: 4)
        #expect(audit.records == nil)
    }

    @Test func `a file that was shortened or taken away is found, and the audit stays what it was`() throws {
        try folder.write("abcdef", to: "a.csv")
        var audit = FileAudit(path, format: .lines, countsRecords: true)
        try audit.extend(to: 4)
        let shorter = "@/a.csv: error[file.shorter]: the file has "
        let changed = " were written: another program has changed it"
        #expect(message { try audit.extend(to: 7) } == shorter + "6 bytes, and 7" + changed)
        #expect(message { try audit.extend(to: 3) } == shorter + "3 bytes, and 4" + changed)
        try FileSystem.truncate(path, to: 2)
        #expect(message { try audit.extend(to: 4) } == shorter + "2 bytes, and 4" + changed)
        FileSystem.remove(path)
        #expect(message { try audit.extend(to: 4) }.contains("[file.missing]"))
        #expect((audit.bytes, audit.crc32) == (4, CRC32(of: Array("abcd".utf8)).value))
    }

    @Test func `a file that was changed has another checksum`() throws {
        try folder.write("abcdef", to: "a.csv")
        var before = FileAudit(path, format: .opaque, countsRecords: false)
        try before.extend(to: 6)
        try folder.write("abcdeF", to: "a.csv")
        var after = FileAudit(path, format: .opaque, countsRecords: false)
        try after.extend(to: 6)
        #expect(before.crc32 != after.crc32)
    }
}
