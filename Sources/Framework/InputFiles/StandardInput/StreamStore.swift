internal import PluginKit

/// Standard input read directly: what was read last can be read again, and nothing before that.
final class StreamStore: ByteStore {
    /// How many bytes are held at least, once they have been read: more than the pages that are under way.
    static let heldBytes = 8 << 20

    private struct Held {
        /// The offset of the first byte of `bytes`.
        var start = 0
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    private let input: StandardInput
    private let held = Locked(Held())

    init(_ input: StandardInput) { self.input = input }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        let bytes = try await chunk(at: offset, atMost: buffer.count)
        bytes.withUnsafeBytes { buffer.copyMemory(from: $0) }
        return bytes.count
    }

    func end(atMost offset: Int) async throws -> Int {
        while true {
            let (end, hasEnded) = held.withLock { ($0.start + $0.bytes.count, $0.hasEnded) }
            if end >= offset { return offset }
            if hasEnded { return end }
            try await readMore()
        }
    }

    func chunk(at offset: Int, atMost count: Int) async throws -> [UInt8] {
        while true {
            let (bytes, isGone, hasEnded) = held.withLock { held -> ([UInt8], Bool, Bool) in
                guard offset >= held.start else { return ([], true, held.hasEnded) }
                let skipped = offset - held.start
                guard skipped < held.bytes.count else { return ([], false, held.hasEnded) }
                return (Array(held.bytes[skipped...].prefix(count)), false, held.hasEnded)
            }
            if isGone { throw gone }
            if !bytes.isEmpty || hasEnded { return bytes }
            try await readMore()
        }
    }

    private func readMore() async throws {
        let input = input
        let bytes = try await input.reading { wait -> [UInt8] in
            guard wait() else { throw CancellationError() }
            var failure: Diagnostic?
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                do throws(Diagnostic) {
                    count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return bytes
        }
        held.withLock { held in
            held.hasEnded = bytes.isEmpty
            let spare = held.bytes.count - Self.heldBytes
            // Moved seldom, so that each byte is copied about twice.
            if spare > Self.heldBytes {
                held.bytes.removeFirst(spare)
                held.start += spare
            }
            held.bytes += bytes
        }
    }

    private var gone: Diagnostic {
        Diagnostic(
            "input.read-once",
            message: "standard input is read without a copy, and this part of it has been read before",
            category: .usage,
            at: .file(StandardInput.name),
            hint: "let the source copy it, so that a page can be read again"
        )
    }
}
