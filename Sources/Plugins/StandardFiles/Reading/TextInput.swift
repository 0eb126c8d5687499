internal import Diagnostics
internal import Formats
internal import InputFiles
internal import PluginKit

/// The text of an input as UTF-8, whatever its encoding.
///
/// Offsets count the bytes of the UTF-8: a text of another encoding is converted from its beginning to get to one.
final class TextInput {
    private let bytes: InputBytes
    private var decoding: TextDecoding?
    /// What has been converted and not been read.
    private var text: [UInt8] = []
    private var place = 0
    private var hasEnded = false
    private let raw: UnsafeMutableRawBufferPointer

    /// Opens the text of a file.
    ///
    /// - Parameters:
    ///   - entry: The file.
    ///   - files: The files of the source.
    ///   - encoding: Its encoding.
    ///   - offset: Where to begin, in the converted text.
    /// - Throws: What opening and reading throw; `text.encoding`; `file.shorter` if the text ends before the offset.
    init(
        _ entry: InputFileEntry,
        of files: InputFiles,
        encoding: TextEncoding,
        at offset: Int = 0
    ) async throws {
        guard encoding != .utf8 else {
            bytes = try await files.open(entry, at: offset)
            raw = UnsafeMutableRawBufferPointer(start: nil, count: 0)
            return
        }
        bytes = try await files.open(entry)
        decoding = TextDecoding(encoding, name: entry.name)
        raw = .allocate(byteCount: 32 << 10, alignment: 16)
        try await pass(offset)
    }

    deinit { raw.deallocate() }

    /// Reads the next bytes of the text and returns how many; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        guard decoding != nil else { return try await bytes.read(into: buffer) }
        guard try await fill() else { return 0 }
        let count = min(buffer.count, text.count - place)
        text.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + count])) }
        place += count
        return count
    }

    /// Converts the next piece if nothing is left of the last one; false at the end.
    private func fill() async throws -> Bool {
        while place == text.count, !hasEnded {
            let count = try await bytes.read(into: raw)
            hasEnded = count == 0
            text.removeAll(keepingCapacity: true)
            place = 0
            let piece = UnsafeMutableBufferPointer(rebasing: raw.bindMemory(to: UInt8.self)[..<count])
            try decoding?.decode(UnsafeBufferPointer(piece), to: &text)
        }
        return place < text.count
    }

    private func pass(_ count: Int) async throws {
        var left = count
        while left > 0, try await fill() {
            let part = min(left, text.count - place)
            place += part
            left -= part
        }
        guard left > 0 else { return }
        throw Diagnostic(
            "file.shorter",
            message: "its text has \((count - left).counted("byte")) as UTF-8, and is to be read from byte "
                + "\(count.inGroups) on",
            category: .environment,
            at: .file(bytes.entry.name)
        )
    }
}
