internal import Glibc
internal import Platform

/// The functions of a program or library, by address: the ELF file's `.symtab`, or `.dynsym` if it was stripped.
///
/// Addresses are those of the file; `shift(of:)` is what they differ by from those in memory. A file that is damaged, or
/// not one, has no functions.
struct SymbolTable {
    struct Function {
        var start: UInt64
        var end: UInt64
        /// Where the name begins in `names`.
        var name: Int
    }

    /// Sorted by address.
    private(set) var functions: [Function] = []
    /// The build ID as hexadecimal digits; empty if there is none.
    private(set) var buildID = ""
    /// Digests of the names of async functions, as their descriptions have them.
    private var suspendable: Set<Int> = []
    /// Each name ends with a zero.
    private var names: [UInt8] = []
    private var segments: [ELFFile.Segment] = []

    /// Reads the table of a file.
    init(path: String) {
        guard let file = ELFFile(path: path) else { return }
        segments = file.segments
        buildID = file.buildID
        guard let (symbols, names) = file.symbols else { return }
        self.names = names
        read(symbols)
    }

    /// What to add to an address of the file for that in memory; nil if the memory is not of this file.
    func shift(of image: ProcessImage) -> UInt64? {
        // Memory begins with a page, which may begin before the segment.
        let segment = segments.first { segment in
            segment.isExecutable && image.offset >= segment.offset & ~0xfff
                && image.offset < segment.offset.adding(clamped: segment.size)
        }
        return segment.map { image.start &- image.offset &+ $0.offset &- $0.address }
    }

    /// The function at an address of the file; nil if it is in none.
    func function(at address: UInt64) -> Function? {
        var (low, high) = (0, functions.count)
        while low < high {
            let middle = (low + high) / 2
            if functions[middle].start <= address { low = middle + 1 } else { high = middle }
        }
        guard low > 0, address < functions[low - 1].end else { return nil }
        return functions[low - 1]
    }

    /// The name of a function as the linker knows it.
    func name(of function: Function) -> ArraySlice<UInt8> { name(at: function.name) }

    /// Whether a function, or the part of one, keeps an async context: it is resumed after a suspension, or it is
    /// described as an async function.
    func isSuspendable(_ function: Function) -> Bool {
        let name = name(of: function)
        return SwiftName.asyncPart(of: name) != nil || suspendable.contains(Self.digest(name))
    }

    private func name(at start: Int) -> ArraySlice<UInt8> {
        guard names.indices.contains(start) else { return [] }
        let length = names.withUnsafeBytes { names -> Int in
            let rest = UnsafeRawBufferPointer(rebasing: names[start...])
            guard let first = rest.baseAddress, let end = memchr(first, 0, rest.count) else { return rest.count }
            return UnsafeRawPointer(end) - first
        }
        return names[start..<start + length]
    }

    private mutating func read(_ symbols: [UInt8]) {
        // A symbol has 24 bytes: the name (4), kind (1), visibility (1), section (2), address (8) and size (8).
        let described = ArraySlice("Tu".utf8)
        functions.reserveCapacity(symbols.count / 48)
        symbols.withUnsafeBytes { bytes in
            for start in stride(from: 0, through: bytes.count - 24, by: 24) {
                let name = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self)))
                let address = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
                let size = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self))
                switch bytes[start + 4] & 0xf {
                case 2 where address != 0 && size != 0:
                    functions.append(Function(start: address, end: address.adding(clamped: size), name: name))
                case 1:
                    // NAME + "Tu" describes the async function NAME.
                    let name = self.name(at: name)
                    if name.count > 2, name.suffix(2) == described {
                        suspendable.insert(Self.digest(name.dropLast(2)))
                    }
                default: break
                }
            }
        }
        functions.sort { $0.start < $1.start }
    }

    /// Two equal ones would only make a walk look for a context in vain.
    private static func digest(_ bytes: ArraySlice<UInt8>) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
