import Platform
import Testing

@Suite struct SuffixTests {
    @Test(arguments: [1, 200, 250, 251, 254, 255]) func `a name with a suffix is no longer than a name may be`(
        length: Int
    ) {
        let name = String(repeating: "é", count: length / 2) + String(repeating: "x", count: length % 2)
        for suffix in [".part", ".spool", ".previous", ".12.part"] {
            let path = FileSystem.suffixed("out/deep/\(name)", with: suffix)
            #expect(path.hasPrefix("out/deep/"))
            #expect(path.hasSuffix(suffix))
            let made = path.dropFirst("out/deep/".count)
            #expect(made.utf8.count <= 255)
            #expect((made == name + suffix) == (length + suffix.utf8.count <= 255))
            #expect(FileSystem.suffixed("out/deep/\(name)", with: suffix) == path)
        }
    }

    @Test func `long names that differ at their ends get different temporary names`() {
        let start = String(repeating: "a", count: 254)
        #expect(FileSystem.suffixed(start + "b", with: ".part") != FileSystem.suffixed(start + "c", with: ".part"))
    }
}
