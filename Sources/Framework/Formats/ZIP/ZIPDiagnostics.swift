import Diagnostics

extension Diagnostic {
    /// A problem with an archive or one of its entries.
    static func zip(
        _ code: Code,
        message: String,
        in archive: String,
        entry: String? = nil,
        hint: String = "download the archive again and give the new file"
    ) -> Diagnostic {
        Diagnostic(code, message: message, at: .file(entry.map { "\(archive) › \($0)" } ?? archive), hint: hint)
    }
}

extension RandomAccessBytes {
    /// Reads exactly this range.
    ///
    /// - Throws: `zip.truncated` if there are fewer bytes.
    func bytes(at offset: Int, count wanted: Int, archive: String) throws(Diagnostic) -> [UInt8] {
        guard offset >= 0, wanted >= 0, offset <= count, wanted <= count - offset else {
            throw .zip("zip.truncated", message: "the archive ends where \(wanted) more bytes should be", in: archive)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: wanted, alignment: 1)
        defer { buffer.deallocate() }
        var filled = 0
        while filled < wanted {
            let count = try read(at: offset + filled, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count > 0 else {
                throw .zip("zip.truncated", message: "the archive became shorter while it was read", in: archive)
            }
            filled += count
        }
        return [UInt8](buffer)
    }
}
