import Formats
import Testing

@Suite struct SHA256Tests {
    private func text(of digest: SHA256) -> String {
        let value = digest.value
        return [value.0, value.1, value.2, value.3].map { part in
            let hex = String(part, radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
    }

    /// NIST, "Descriptions of SHA-256", the examples of FIPS 180-4.
    @Test(
        arguments: zip(
            ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"],
            [
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ]
        )
    )
    func `digests are those of the standard`(input: String, expected: String) {
        var digest = SHA256()
        digest.update(Array(input.utf8).span)
        #expect(text(of: digest) == expected)
    }

    @Test func `a million times the letter a`() {
        var digest = SHA256()
        let piece = [UInt8](repeating: 0x61, count: 1000)
        for _ in 0..<1000 { digest.update(piece.span) }
        #expect(text(of: digest) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: [1, 7, 55, 56, 63, 64, 65])
    func `where bytes are split makes no difference`(size: Int) {
        let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
        var whole = SHA256()
        whole.update(bytes.span)
        var pieces = SHA256()
        for start in stride(from: 0, to: bytes.count, by: size) {
            pieces.update(Array(bytes[start..<min(start + size, bytes.count)]).span)
        }
        #expect(text(of: pieces) == text(of: whole))
    }
}
