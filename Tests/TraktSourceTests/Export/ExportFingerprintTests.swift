import PluginKit
import PluginTestKit
import Testing

@testable import TraktSource

@Suite struct ExportFingerprintTests {
    private func fingerprint(_ path: String) throws -> String? {
        try Bench().source(TraktExportSource.self, options: "path = \"\(path)\"\ndata = \"history\"").fingerprint
    }

    private func export(as form: ExportFixture.Form) throws -> ExportFixture {
        try ExportFixture(
            ["watched-history-1.json": "[\(ExportFixture.play(1))]", "user-profile.json": "{}"],
            as: form
        )
    }

    @Test(arguments: ExportFixture.Form.allCases)
    func `an export that stays as it is looks the same`(form: ExportFixture.Form) throws {
        let export = try export(as: form)
        let first = try #require(try fingerprint(export.path))
        #expect(try fingerprint(export.path) == first)
        #expect(first.utf8.count < 64)
    }

    @Test func `a ZIP of another size looks otherwise`() throws {
        let export = try export(as: .zip)
        let first = try fingerprint(export.path)
        try export.folder.write(try export.folder.bytes(of: "export.zip") + [0], to: "export.zip")
        #expect(try fingerprint(export.path) != first)
    }

    @Test(arguments: [
        ("watched-history-1.json", "[]"), ("watched-history-2.json", "[]"), ("older/ratings.json", "[]"),
    ])
    func `a folder with a file that is changed or new looks otherwise`(name: String, text: String) throws {
        let export = try export(as: .folder)
        let first = try fingerprint(export.path)
        try export.folder.write(text, to: "export/\(name)")
        #expect(try fingerprint(export.path) != first)
    }

    @Test func `what is no part of an export does not count`() throws {
        let export = try export(as: .folder)
        let first = try fingerprint(export.path)
        try export.folder.write("notes", to: "export/notes.txt")
        #expect(try fingerprint(export.path) == first)
    }

    @Test func `what is not there cannot be told`() throws {
        #expect(try fingerprint("/tmp/sprocket-no-such-export.zip") == nil)
    }
}
