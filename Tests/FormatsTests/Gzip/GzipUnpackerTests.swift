import Formats
import Testing

@Suite struct GzipUnpackerTests {
    /// `gzip.compress(b"hello, world", mtime=0)` of Python 3.11.
    static let packed: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 203, 72, 205, 201, 201, 215, 81, 40, 207, 47, 202, 73, 1, 0, 58, 114, 171,
        255, 12, 0, 0, 0,
    ]
    static let text = Array("hello, world".utf8)

    private func unpack(
        _ pieces: [[UInt8]],
        limit: Int = 1000
    ) throws -> [UInt8] {
        var output: [UInt8] = []
        guard var unpacker = GzipUnpacker() else { throw GzipUnpacker.Failure.damaged("no memory") }
        for piece in pieces {
            try piece.withUnsafeBytes { try unpacker.unpack($0, into: &output, limit: limit) }
        }
        try unpacker.finish()
        return output
    }

    @Test func `where the bytes are cut makes no difference`() throws {
        #expect(try unpack([Self.packed]) == Self.text)
        #expect(try unpack(Self.packed.map { [$0] }) == Self.text)
        for cut in Self.packed.indices {
            #expect(try unpack([Array(Self.packed[..<cut]), Array(Self.packed[cut...])]) == Self.text)
        }
    }

    @Test func `members behind one another are one text`() throws {
        #expect(try unpack([Self.packed + Self.packed + Self.packed]) == Self.text + Self.text + Self.text)
        #expect(try unpack((Self.packed + Self.packed).map { [$0] }) == Self.text + Self.text)
    }

    @Test func `every cut is noticed`() {
        for cut in Self.packed.indices {
            #expect(throws: GzipUnpacker.Failure.cutOff) { try unpack([Array(Self.packed[..<cut])]) }
            // Behind a whole member, nothing is a fine end.
            guard cut > 0 else { continue }
            #expect(throws: GzipUnpacker.Failure.cutOff) { try unpack([Self.packed + Self.packed[..<cut]]) }
        }
    }

    @Test func `a changed byte of the text, its checksum or its length is noticed`() {
        // Behind the end of the text, in byte 23, some bits mean nothing.
        for index in Self.packed.indices where index >= 10 && index != 23 {
            var bytes = Self.packed
            bytes[index] ^= 0x10
            #expect(throws: GzipUnpacker.Failure.self, "byte \(index)") { try unpack([bytes]) }
        }
        #expect(throws: GzipUnpacker.Failure.damaged("incorrect header check")) { try unpack([Self.packed + [0, 0]]) }
        #expect(throws: GzipUnpacker.Failure.damaged("incorrect header check")) { try unpack([Self.text]) }
    }

    @Test func `more than the limit is never kept`() throws {
        #expect(try unpack([Self.packed], limit: 12) == Self.text)
        #expect(throws: GzipUnpacker.Failure.tooLarge) { try unpack([Self.packed], limit: 11) }
        #expect(throws: GzipUnpacker.Failure.tooLarge) { try unpack([Self.packed + Self.packed], limit: 23) }
    }
}
