import PluginTestKit
import Testing

@testable import Profiling

@Suite struct SymbolTests {
    @Test func `executable memory is found with its file`() {
        let maps = """
            55d0aa000000-55d0aa100000 r--p 00000000 fe:00 12 /opt/my tools/sprocket
            55d0aa100000-55d0aa900000 r-xp 000fe000 fe:00 12                 /opt/my tools/sprocket
            7f0000000000-7f0000001000 r-xp 00026000 fe:00 99                 /usr/lib/libc.so.6
            7ffc00000000-7ffc00001000 r-xp 00000000 00:00 0                  [vdso]
            7f1000000000-7f1000001000 rwxp 00000000 00:00 0
            nonsense
            zz-7f1000001000 r-xp 00000000 00:00 0 x
            2000-1000 r-xp 00000000 00:00 0 x
            """
        let images = ProcessImage.images(in: maps, program: "/opt/my tools/sprocket")
        #expect(
            images == [
                ProcessImage(
                    start: 0x55d0_aa10_0000,
                    end: 0x55d0_aa90_0000,
                    offset: 0xf_e000,
                    path: "/opt/my tools/sprocket",
                    isProgram: true
                ),
                ProcessImage(
                    start: 0x7f00_0000_0000,
                    end: 0x7f00_0000_1000,
                    offset: 0x26000,
                    path: "/usr/lib/libc.so.6",
                    isProgram: false
                ),
                ProcessImage(start: 0x7f10_0000_0000, end: 0x7f10_0000_1000, offset: 0, path: "", isProgram: false),
                ProcessImage(
                    start: 0x7ffc_0000_0000,
                    end: 0x7ffc_0000_1000,
                    offset: 0,
                    path: "[vdso]",
                    isProgram: false
                ),
            ]
        )
        #expect(images.map(\.keepsFramePointer) == [true, false, false, false])
        #expect(images.map(\.file) == ["/proc/self/exe", "/usr/lib/libc.so.6", nil, nil])
        #expect(images.map(\.name) == ["sprocket", "libc.so.6", "?", "[vdso]"])
    }

    @Test func `the memory of this process is among them`() {
        let images = ProcessImage.all
        #expect(images.contains { $0.isProgram })
        #expect(images.contains { $0.name.hasPrefix("libc") })
    }

    @Test(arguments: [
        ("$s4main5outerSiyYaFTY3_", "$s4main5outerSiyYaF"),
        ("$s4main5outerSiyYaFTQ12_", "$s4main5outerSiyYaF"),
        ("$s4main5outerSiyYaFTY_", "$s4main5outerSiyYaF"),
        ("$s4main5outerSiyYaF", "$s4main5outerSiyYaF"),
        ("$s4main5outerSiyYaF_", "$s4main5outerSiyYaF_"),
        ("$sTY1_", "$s"),
        ("$sY1_", "$sY1_"),
        ("$s_", "$s_"),
        ("async_MainTQ0_", "async_Main"),
        ("_ZN3TQ0_", "_ZN3TQ0_"),
        ("TY1_", "TY1_"),
        ("", ""),
    ])
    func `the parts of an async function have one name`(name: String, whole: String) {
        #expect(String(decoding: SwiftName.whole(ArraySlice(name.utf8)), as: UTF8.self) == whole)
        #expect((SwiftName.asyncPart(of: ArraySlice(name.utf8)) != nil) == (name != whole))
    }

    @Test(arguments: [
        ("$s4main4leafyS2iF", "leaf(_:)"),
        ("_ZN5swift9RefCountsI5CountE4freeEv", "swift::RefCounts<Count>::free()"),
        ("memmove", "memmove"),
        ("$s", "$s"),
        ("", ""),
    ])
    func `names are those of people`(name: String, shown: String) {
        #expect(SwiftName.demangled(ArraySlice(name.utf8)) == shown)
    }

    @Test func `the functions of this program are found at their addresses`() throws {
        let program = try #require(ProcessImage.all.first { $0.isProgram })
        let table = SymbolTable(path: "/proc/self/exe")
        let shift = try #require(table.shift(of: program))
        let function = try #require(
            table.functions.first { table.name(of: $0).elementsEqual("$s9Profiling9SwiftNameO".utf8) }
                ?? table.functions.first { String(decoding: table.name(of: $0), as: UTF8.self).contains("asyncPart") }
        )
        var symbolizer = Symbolizer(images: ProcessImage.all)
        let frame = symbolizer.frame(at: function.start &+ shift)
        #expect(frame.name.contains("asyncPart"))
        #expect(frame.mapping == 0)
        #expect(symbolizer.mappings.first?.path == program.path)
        #expect(symbolizer.frame(at: 1).name == "[unknown]")
        #expect(symbolizer.frame(at: .max).name == "[unknown]")
    }

    @Test func `async functions are known by their parts and their descriptions`() {
        let table = SymbolTable(path: "/proc/self/exe")
        let names = table.functions.filter { table.isSuspendable($0) }.map {
            String(decoding: table.name(of: $0), as: UTF8.self)
        }
        // `CPUProfiler.record`, where it begins, and where it is resumed.
        let own = names.filter { $0.contains("CPUProfilerC6record") }
        #expect(own.contains { $0.hasSuffix("YaAA10DiagnosticsVYKFZ") || !$0.hasSuffix("_") })
        #expect(own.contains { $0.hasSuffix("_") })
    }

    @Test(arguments: 0..<200)
    func `a damaged file has fewer functions and does no harm`(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        var bytes = Self.smallFile
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 4..<bytes.count, using: &random)
            bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
        }
        if seed % 4 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
        let folder = try TemporaryFolder()
        try folder.write(bytes, to: "x")
        let table = SymbolTable(path: folder.path("x"))
        for address: UInt64 in [0, 0x1000, 0x1010, .max] {
            if let function = table.function(at: address) { _ = table.isSuspendable(function) }
        }
        let image = ProcessImage(start: .max - 1, end: .max, offset: 0, path: "", isProgram: false)
        _ = table.shift(of: image)
        #expect(table.functions.count <= 2)
    }

    @Test func `a file is read as its description says`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.smallFile, to: "x")
        let table = SymbolTable(path: folder.path("x"))
        #expect(table.buildID == "abcd")
        #expect(table.functions.map(\.start) == [0x1000, 0x1010])
        #expect(table.functions.map { table.isSuspendable($0) } == [true, false])
        #expect(table.function(at: 0x100f)?.start == 0x1000)
        #expect(table.function(at: 0x1018)?.start == nil)
        #expect(table.function(at: 0xfff)?.start == nil)
        let image = ProcessImage(start: 0x70_0000, end: 0x70_1000, offset: 0, path: "", isProgram: false)
        #expect(table.shift(of: image) == 0x70_0000 &- 0x1000)
    }

    /// An ELF file by hand: one segment of code at 0x1000, a note, and the symbols `f` (async), `g` and `fTu`.
    private static let smallFile: [UInt8] = {
        func little(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
        }
        func program(_ kind: UInt64, _ flags: UInt64, _ offset: UInt64, _ address: UInt64, _ size: UInt64) -> [UInt8] {
            little(kind, 4) + little(flags, 4) + little(offset, 8) + little(address, 8) + little(address, 8)
                + little(size, 8) + little(size, 8) + little(8, 8)
        }
        func section(_ kind: UInt64, _ offset: UInt64, _ size: UInt64, _ link: UInt64) -> [UInt8] {
            little(0, 4) + little(kind, 4) + little(0, 16) + little(offset, 8) + little(size, 8) + little(link, 4)
                + little(0, 20)
        }
        func symbol(_ name: UInt64, _ kind: UInt64, _ address: UInt64, _ size: UInt64) -> [UInt8] {
            little(name, 4) + [UInt8(kind), 0] + little(1, 2) + little(address, 8) + little(size, 8)
        }
        // 0: head, 64: two programs, 176: two sections, 304: note, 324: three symbols, 396: names
        let names = Array("\0f\0g\0fTu\0".utf8)
        var bytes: [UInt8] =
            [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + little(0, 8) + little(3, 2) + little(62, 2) + little(1, 4)
        bytes += little(0, 8) + little(64, 8) + little(176, 8) + little(0, 4) + little(64, 2)
        bytes += little(56, 2) + little(2, 2) + little(64, 2) + little(2, 2) + little(0, 2)
        bytes += program(1, 5, 0, 0x1000, 500) + program(4, 4, 304, 0, 20)
        bytes += section(2, 324, 72, 1) + section(3, 396, UInt64(names.count), 0)
        bytes += little(4, 4) + little(2, 4) + little(3, 4) + [0x47, 0x4e, 0x55, 0, 0xab, 0xcd, 0, 0]
        bytes += symbol(3, 0x12, 0x1010, 8) + symbol(1, 0x12, 0x1000, 16) + symbol(5, 0x11, 0x2000, 8)
        return bytes + names
    }()
}
