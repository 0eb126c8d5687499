internal import Platform

/// The parts of an ELF file of 64 bits that say where code is and what it is called: elf(5).
struct ELFFile {
    struct Segment {
        var isExecutable: Bool
        /// Where it is in the file.
        var offset: UInt64
        /// Its address by the file.
        var address: UInt64
        /// Its size in the file.
        var size: UInt64
    }

    private struct Section {
        var kind: UInt32
        var offset: UInt64
        var size: UInt64
        var link: Int
    }

    /// What is mapped into memory.
    private(set) var segments: [Segment] = []
    /// The build ID as hexadecimal digits; empty if there is none.
    private(set) var buildID = ""
    private var sections: [Section] = []
    private let file: InputFile

    /// Nil if the file cannot be read, or is not of this kind.
    init?(path: String) {
        guard let file = try? InputFile(path), let head = Self.bytes(of: file, at: 0, count: 64),
            // Magic number, 64 bits, little endian.
            head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
        else { return nil }
        self.file = file
        let programs = Self.table(of: file, at: head.word(at: 32), size: head.half(at: 54), count: head.half(at: 56))
        for program in programs where program.count >= 56 {
            let segment = Segment(
                isExecutable: program.quarter(at: 4) & 1 != 0,
                offset: program.word(at: 8),
                address: program.word(at: 16),
                size: program.word(at: 32)
            )
            switch program.quarter(at: 0) {
            case 1: segments.append(segment)
            case 4: readNotes(of: segment)
            default: break
            }
        }
        let sections = Self.table(of: file, at: head.word(at: 40), size: head.half(at: 58), count: head.half(at: 60))
        self.sections = sections.map { section in
            guard section.count >= 64 else { return Section(kind: 0, offset: 0, size: 0, link: 0) }
            return Section(
                kind: section.quarter(at: 4),
                offset: section.word(at: 24),
                size: section.word(at: 32),
                link: Int(section.quarter(at: 40))
            )
        }
    }

    /// The symbols with their names: all of them, or those that are visible from outside if the others were removed.
    var symbols: (symbols: [UInt8], names: [UInt8])? {
        guard let section = sections.first(where: { $0.kind == 2 }) ?? sections.first(where: { $0.kind == 11 }),
            sections.indices.contains(section.link)
        else { return nil }
        let names = sections[section.link]
        guard let symbols = Self.bytes(of: file, at: section.offset, count: section.size),
            let texts = Self.bytes(of: file, at: names.offset, count: names.size)
        else { return nil }
        return (symbols, texts)
    }

    /// A note: size of the name, size of the contents, kind, and both, each filled up to a multiple of four bytes.
    private mutating func readNotes(of segment: Segment) {
        guard segment.size < 65_536, let notes = Self.bytes(of: file, at: segment.offset, count: segment.size) else {
            return
        }
        var start = 0
        while start + 12 <= notes.count {
            let name = Int(notes.quarter(at: start)), size = Int(notes.quarter(at: start + 4))
            let content = start + 12 + (name + 3) & ~3
            let end = content + size
            guard end <= notes.count else { return }
            if notes.quarter(at: start + 8) == 3, notes[(start + 12)...].starts(with: [0x47, 0x4e, 0x55, 0]) {
                buildID = notes[content..<end].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
                return
            }
            start = content + (size + 3) & ~3
        }
    }

    private static func table(of file: InputFile, at offset: UInt64, size: UInt16, count: UInt16) -> [[UInt8]] {
        guard size > 0, let bytes = bytes(of: file, at: offset, count: UInt64(size) * UInt64(count)) else { return [] }
        return stride(from: 0, to: bytes.count, by: Int(size)).map { Array(bytes[$0..<$0 + Int(size)]) }
    }

    /// Bytes of the file; nil if it has fewer.
    private static func bytes(of file: InputFile, at offset: UInt64, count: UInt64) -> [UInt8]? {
        guard let start = Int(exactly: offset), let size = Int(exactly: count), size <= file.count,
            start <= file.count - size
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard let got = try? file.readChunk(&bytes, at: start), got == size else { return nil }
        return bytes
    }
}

/// Numbers in little endian; zero where there are too few bytes.
extension [UInt8] {
    fileprivate func half(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(at: offset, bytes: 2)) }
    fileprivate func quarter(at offset: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(at: offset, bytes: 4)) }
    fileprivate func word(at offset: Int) -> UInt64 { number(at: offset, bytes: 8) }

    private func number(at offset: Int, bytes: Int) -> UInt64 {
        guard offset >= 0, offset <= count - bytes else { return 0 }
        return self[offset..<offset + bytes].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
