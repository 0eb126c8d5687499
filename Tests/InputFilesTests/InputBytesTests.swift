import Glibc
import PluginKit
import PluginTestKit
import TestTags
import Testing

@testable import InputFiles

/// The bytes of files, packed and not.
@Suite struct InputBytesTests {
    private let folder: TemporaryFolder
    private let log = StageLog()
    private let context: StageContext

    init() throws {
        folder = try TemporaryFolder(.inMemory)
        context = Bench(log: log).context
    }

    private func files(_ bytes: [UInt8], name: String) throws -> InputFiles {
        try folder.write(bytes, to: name)
        return try .trial(folder.path(name), context: context)
    }

    private func read(
        _ bytes: [UInt8],
        name: String,
        from offset: Int = 0,
        pieces: Int = 10_000
    ) async throws -> [UInt8] {
        let files = try files(bytes, name: name)
        return try await files.all(of: try await files.entries()[0], from: offset, pieces: pieces)
    }

    /// Bytes that do not repeat for long.
    private static func bytes(_ count: Int) -> [UInt8] {
        var state: UInt64 = 7
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    enum Form: String, CaseIterable, Sendable {
        case plain
        case gzip
        case zstd

        func packed(_ bytes: [UInt8]) -> [UInt8] {
            switch self {
            case .plain: bytes
            case .gzip: PackedBytes.gzip(bytes)
            case .zstd: PackedBytes.zstd(bytes)
            }
        }

        var name: String {
            switch self {
            case .plain: "x.csv"
            case .gzip: "x.csv.gz"
            case .zstd: "x.csv.zst"
            }
        }
    }

    @Test(arguments: Form.allCases, [0, 1, 70, 65_536, 300_000, 1_000_001])
    func `a file is read to its end, from any offset`(form: Form, count: Int) async throws {
        let bytes = Self.bytes(count)
        let packed = form.packed(bytes)
        for offset in [0, 1, count / 2, count - 1, count] where 0...count ~= offset {
            #expect(try await read(packed, name: form.name, from: offset) == Array(bytes[offset...]))
        }
        guard count < 1000 else { return }
        #expect(try await read(packed, name: form.name, pieces: 1) == bytes)
    }

    @Test(arguments: Form.allCases)
    func `an offset beyond the end is an error`(form: Form) async throws {
        let files = try files(form.packed(Self.bytes(100)), name: form.name)
        let entry = try await files.entries()[0]
        let error = await #expect(throws: Diagnostic.self) {
            let bytes = try await files.open(entry)
            try await bytes.skip(to: 101)
        }
        #expect(error?.code == "file.shorter")
        #expect(error?.message == "it has 100 bytes, and is to be read from byte 101 on")
    }

    @Test func `several members, padding and skippable frames are passed over`() async throws {
        let (one, two) = (Self.bytes(1000), Self.bytes(70_000))
        let gzip = PackedBytes.gzip(one) + PackedBytes.gzip([]) + PackedBytes.gzip(two)
        #expect(try await read(gzip, name: "x.gz") == one + two)
        #expect(try await read(gzip + [0, 0, 0], name: "x.gz") == one + two)
        let zstd =
            PackedBytes.skippable([1, 2, 3]) + PackedBytes.zstd(one) + PackedBytes.skippable([]) + PackedBytes.zstd(two)
        #expect(try await read(zstd, name: "x.zst") == one + two)
        #expect(log.all.isEmpty)
    }

    @Test(arguments: Form.allCases.dropFirst())
    func `a packed file that ends anywhere but at the end of a member is cut off`(form: Form) async throws {
        let packed = form.packed(Self.bytes(20)) + form.packed(Self.bytes(30))
        let first = form.packed(Self.bytes(20)).count
        for end in 6..<packed.count where end != first {
            let error = await #expect(throws: Diagnostic.self) {
                try await read(Array(packed[..<end]), name: form.name)
            }
            #expect(error?.code == "file.cut-off")
            #expect(error?.message == "the \(form.rawValue) data ends in the middle, at byte \(end)")
            guard case .file(folder.path(form.name)) = error?.place else {
                Issue.record("the file is not named")
                continue
            }
        }
    }

    @Test func `damage is reported after what was unpacked before it`() async throws {
        let bytes = Self.bytes(200_000)
        var packed = PackedBytes.gzip(bytes)
        packed[packed.count - 5] ^= 1
        try folder.write(packed, to: "x.gz")
        let files = try InputFiles.trial(folder.path("x.gz"), context: context)
        let open = try await files.open(try await files.entries()[0])
        var read = 0
        let error = await #expect(throws: Diagnostic.self) {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
            defer { buffer.deallocate() }
            while case let got = try await open.read(into: buffer), got > 0 { read += got }
        }
        #expect(read == bytes.count)
        #expect(error?.code == "file.damaged")
        #expect(error?.message.hasPrefix("the gzip data is damaged near byte 200,0") == true)
        #expect(error?.message.hasSuffix(": incorrect data check") == true)
    }

    @Test func `bytes after the last member are damage`() async throws {
        let error = await #expect(throws: Diagnostic.self) {
            try await read(PackedBytes.gzip([1, 2, 3]) + Array("junk".utf8), name: "x.gz")
        }
        let words = "what follows is neither another member nor zeros"
        #expect(error?.message == "the gzip data is damaged near byte 26: \(words)")
    }

    @Test(arguments: [
        ("x.csv.gz", Form.plain, "the name promises gzip, but it is not packed: it is read as what it is"),
        ("x.csv.GZ", .zstd, "the name promises gzip, but it is packed with zstd: it is read as what it is"),
        ("x.zst", .gzip, "the name promises zstd, but it is packed with gzip: it is read as what it is"),
    ])
    func `the contents decide how a file is unpacked, and the name warns`(name: String, form: Form, words: String)
        async throws
    {
        #expect(try await read(form.packed(Array("a,b\n".utf8)), name: name) == Array("a,b\n".utf8))
        #expect(log.all.map(\.message) == [words])
        #expect(log.all.map(\.severity) == [.warning])
    }

    @Test func `a packed file may have any name`() async throws {
        #expect(try await read(PackedBytes.gzip([65, 10]), name: "x.csv") == [65, 10])
        #expect(log.all.isEmpty)
    }

    @Test(
        arguments: [
            ([0x50, 0x4b, 3, 4, 0, 0], "a ZIP archive"), ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0], "an xz file"),
            ([0x42, 0x5a, 0x68, 0x39, 1], "a bzip2 file"),
        ] as [([UInt8], String)]
    )
    func `other packings are refused by their names`(bytes: [UInt8], words: String) async throws {
        let error = await #expect(throws: Diagnostic.self) { try await read(bytes, name: "x.csv") }
        #expect(error?.message == "this is \(words), which is not read")
        #expect(error?.code == "file.packed")
    }

    @Test func `what is appended while a file is read is left out`() async throws {
        let files = try files([65, 66], name: "x.csv")
        let entry = try await files.entries()[0]
        append("more", to: "x.csv")
        #expect(try await files.all(of: entry) == [65, 66])
    }

    @Test(arguments: ["shorter", "rewritten"])
    func `a file that is changed while it is read is refused`(how: String) async throws {
        let files = try files(Self.bytes(100), name: "x.csv")
        let entry = try await files.entries()[0]
        let bytes = try await files.open(entry)
        if how == "shorter" {
            truncate(folder.path("x.csv"), 50)
        } else {
            utimes(folder.path("x.csv"), [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)])
        }
        let error = await #expect(throws: StageFailure.self) { try await bytes.all() }
        guard case .sourceChanged(let diagnostic) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let words = how == "shorter" ? "it has 50 bytes, and had 100" : "it was written again"
        #expect(diagnostic.message == "the file was changed while it was being read: \(words)")
    }

    @Test func `a large packed file is unpacked ahead, and not after its reader has gone`() async throws {
        let bytes = Self.bytes(2_000_000)
        let files = try files(PackedBytes.gzip(bytes), name: "x.gz")
        let entry = try await files.entries()[0]
        for _ in 0..<20 {
            let open = try await files.open(entry)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1000, alignment: 1)
            defer { buffer.deallocate() }
            #expect(try await open.read(into: buffer) == 1000)
        }
        #expect(try await files.all(of: entry) == bytes)
    }

    private func append(_ text: String, to name: String) {
        guard let file = fopen(folder.path(name), "a") else { return }
        fputs(text, file)
        fclose(file)
    }
}
