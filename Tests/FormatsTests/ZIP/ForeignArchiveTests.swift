import Formats
import Testing

/// Archives that other programs made, as base 64.
@Suite struct ForeignArchiveTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let base64: String
        let contents: [String: String]
    }

    static let cases = [
        Case(
            testDescription: "Python's zipfile, force_zip64",
            base64: """
                UEsDBC0AAAAIAAAAIQCxvvZ9//////////8JABQAbGFyZ2UudHh0AQAQAFgAAAAAAAAAEAAAAAAAAAArzqwoqdRNyy8tUiimJhMAUEsBAi0D
                LQAAAAgAAAAhALG+9n0QAAAAWAAAAAkAAAAAAAAAAAAAAIABAAAAAGxhcmdlLnR4dFBLBQYAAAAAAQABADcAAABLAAAAAAA=
                """,
            contents: ["large.txt": String(repeating: "sixty-four ", count: 8)]
        ),
        Case(
            testDescription: "Python's zipfile onto a stream: data descriptors, a comment",
            base64: """
                UEsDBBQACAAIAAAAIQAAAAAAAAAAAAAAAAAFAAAAYS50eHQrLilKTcxNTVEophIDAFBLBwjTQYqCDgAAAFEAAABQSwMEFAAIAAAAAAAhAAAA
                AAAAAAAAAAAAAAUAAABiLnR4dHN0b3JlZFBLBwgL+UNWBgAAAAYAAABQSwECFAMUAAgACAAAACEA00GKgg4AAABRAAAABQAAAAAAAAAAAAAA
                gAEAAAAAYS50eHRQSwECFAMUAAgAAAAAACEAC/lDVgYAAAAGAAAABQAAAAAAAAAAAAAAgAFBAAAAYi50eHRQSwUGAAAAAAIAAgBmAAAAegAA
                AA4AbWFkZSBieSBhIHRlc3Q=
                """,
            contents: ["a.txt": String(repeating: "streamed ", count: 9), "b.txt": "stored"]
        ),
        Case(
            testDescription: "a name in code page 437",
            base64: """
                UEsDBBQAAAAIAAAAIQBv1zscBwAAAAUAAAAHAAAAgYSULnR4dEsuMDE2BwBQSwECFAMUAAAACAAAACEAb9c7HAcAAAAFAAAABwAAAAAAAAAA
                AAAAgAEAAAAAgYSULnR4dFBLBQYAAAAAAQABADUAAAAsAAAAAAA=
                """,
            contents: ["üäö.txt": "cp437"]
        ),
        Case(
            testDescription: "a Unicode path beside the name (0x7075)",
            base64: """
                UEsDBBQAAAAAAAAAIQBxIFhIDAAAAAwAAAAGABMAaD8udHh0dXAPAAGZXY/VaMOp4oaSLnR4dHVuaWNvZGUgcGF0aFBLAQIUAxQAAAAA
                AAAAIQBxIFhIDAAAAAwAAAAGABMAAAAAAAAAAACAAQAAAABoPy50eHR1cA8AAZldj9Vow6nihpIudHh0UEsFBgAAAAABAAEARwAAAEMA
                AAAAAA==
                """,
            contents: ["hé→.txt": "unicode path"]
        ),
        Case(
            testDescription: "Info-ZIP: a folder, a name in UTF-8 without its flag, extra fields",
            base64: """
                UEsDBAoAAAAAAAAAIgAAAAAAAAAAAAAAAAACABwAZC9VVAkAA4D3zxI0UwRrdXgLAAEEAAAAAAQAAAAAUEsDBBQAAAAIAAAAIgAQ1d+GHAAA
                ACcAAAAMABwAZC9ow6lsbG8udHh0VVQJAAOA988SgPfPEnV4CwABBAAAAAAEAAAAAMtIzcnJV0grys9V8MxLy9eN8gzQUcgACyKRXABQSwEC
                HgMKAAAAAAAAACIAAAAAAAAAAAAAAAAAAgAYAAAAAAAAABAA7UEAAAAAZC9VVAUAA4D3zxJ1eAsAAQQAAAAABAAAAABQSwECHgMUAAAACAAA
                ACIAENXfhhwAAAAnAAAADAAYAAAAAAABAAAApIE8AAAAZC9ow6lsbG8udHh0VVQFAAOA988SdXgLAAEEAAAAAAQAAAAAUEsFBgAAAAACAAIA
                mgAAAJ4AAAAAAA==
                """,
            contents: ["d/": "", "d/héllo.txt": "hello from Info-ZIP, hello hello hello\n"]
        ),
        Case(
            testDescription: "Info-ZIP from a pipe: ZIP64 end record and locator",
            base64: pipe,
            contents: ["-": "from a pipe, from a pipe\n"]
        ),
    ]

    static let pipe = """
        UEsDBC0AAAAIAJJ2d11n5vXA//////////8BABQALQEAEAAZAAAAAAAAABIAAAAAAAAASyvKz1VIVCjILEjVUUhDcLgAUEsBAh4DLQAAAAgA
        knZ3XWfm9cASAAAAGQAAAAEAAAAAAAAAAQAAAIARAAAAAC1QSwYGLAAAAAAAAAAeAy0AAAAAAAAAAAABAAAAAAAAAAEAAAAAAAAALwAAAAAA
        AABFAAAAAAAAAFBLBgcAAAAAdAAAAAAAAAABAAAAUEsFBgAAAAABAAEALwAAAEUAAAAAAA==
        """

    static let encrypted = """
        UEsDBBQACQAIAAAAIgAQ1d+GKAAAACcAAAAMABwAZC9ow6lsbG8udHh0VVQJAAOA988SNFMEa3V4CwABBAAAAAAEAAAAACx73nGXNh22mf5b
        noRDi9KRutfQ/lFmUK/BuETxnpTZHf6Z0YVyZO9QSwcIENXfhigAAAAnAAAAUEsBAh4DFAAJAAgAAAAiABDV34YoAAAAJwAAAAwAGAAAAAAA
        AQAAAKSBAAAAAGQvaMOpbGxvLnR4dFVUBQADgPfPEnV4CwABBAAAAAAEAAAAAFBLBQYAAAAAAQABAFIAAAB+AAAAAAA=
        """

    static let lzma = """
        UEsDBD8AAgAOAAAAIQAFPjTjFwAAAAQAAAAFAAAAbC50eHQJBAUAXQAAgAAANh6J3YZ7y5//+zmAAFBLAQI/Az8AAgAOAAAAIQAFPjTjFwAA
        AAQAAAAFAAAAAAAAAAAAAACAAQAAAABsLnR4dFBLBQYAAAAAAQABADMAAAA6AAAAAAA=
        """

    @Test(arguments: cases, [1, 7, 4096])
    func `unpacks what another program packed`(archive: Case, room: Int) throws {
        let contents = try ZIPArchive([UInt8](base64: archive.base64)).contents(room: room)
        #expect(contents == archive.contents.mapValues { Array($0.utf8) })
    }

    @Test(arguments: cases)
    func `bytes in front of an archive and behind it do not matter`(archive: Case) throws {
        let front = Array("#!/bin/sh\nPK".utf8)
        let bytes = front + [UInt8](base64: archive.base64) + Array("\r\n".utf8)
        let contents = try ZIPArchive(bytes).contents()
        #expect(contents == archive.contents.mapValues { Array($0.utf8) })
    }

    @Test func `an entry with a password is refused when it is opened`() throws {
        let archive = try ZIPArchive([UInt8](base64: Self.encrypted))
        let entry = try #require(archive.entries.first)
        #expect(entry.isEncrypted)
        #expect(
            renderedFault { try archive.open(entry) } == """
                test.zip › d/héllo.txt: error[zip.encrypted]: the entry is locked with a password
                  hint: unpack the archive with its password and give the folder
                """
        )
    }

    @Test func `an unknown method is refused by its name`() throws {
        let archive = try ZIPArchive([UInt8](base64: Self.lzma))
        let entry = try #require(archive.entries.first)
        #expect(
            renderedFault { try archive.open(entry) } == """
                test.zip › l.txt: error[zip.method]: the entry is packed with the method LZMA; \
                only Deflate and stored entries can be read
                  hint: unpack the archive with the program that made it and give the folder
                """
        )
    }
}
