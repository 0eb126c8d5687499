internal import PluginKit
internal import Synchronization

/// The bytes of one input, unpacked, from an offset to the end.
///
/// Calls must not overlap.
public final class InputBytes: Sendable {
    /// What is read.
    public let entry: InputFileEntry
    /// How it is packed.
    public let packing: Packing
    private let bytes: any SequentialBytes
    private let place: Atomic<Int>

    init(_ bytes: any SequentialBytes, of entry: InputFileEntry, packing: Packing, at offset: Int) {
        self.bytes = bytes
        self.entry = entry
        self.packing = packing
        place = Atomic(offset)
    }

    /// The offset of the next byte, in the unpacked bytes.
    public var offset: Int { place.load(ordering: .relaxed) }

    /// Reads the next bytes.
    ///
    /// - Parameter buffer: Receives them; not empty. It may be filled only in part.
    /// - Returns: How many were read; 0 at the end.
    /// - Throws: `file.damaged` and `file.cut-off` with the file and the offset; `file.read`, `http.*`;
    ///   `StageFailure.sourceChanged` if it was changed while it was being read; `CancellationError`.
    public func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        let got = try await bytes.read(into: buffer)
        place.store(offset + got, ordering: .relaxed)
        return got
    }

    /// Passes over bytes.
    ///
    /// What is not packed is not read.
    ///
    /// - Parameter offset: Where to continue, in the unpacked bytes; not before the present offset.
    /// - Throws: As `read(into:)` does; `file.shorter` if there are fewer bytes.
    public func skip(to offset: Int) async throws {
        precondition(offset >= self.offset, "bytes are read in their order")
        let reached = try await bytes.skip(offset - self.offset)
        guard reached == offset - self.offset else {
            throw Diagnostic(
                "file.shorter",
                message: "it has \((self.offset + reached).counted("byte")), and is to be read from byte "
                    + "\(offset.inGroups) on",
                category: .environment,
                at: .file(entry.name)
            )
        }
        place.store(offset, ordering: .relaxed)
    }
}

/// Bytes that are read in their order.
protocol SequentialBytes: Sendable {
    /// Reads the next bytes and returns how many; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int
    /// Passes over bytes and returns how many there were, at most `count`.
    func skip(_ count: Int) async throws -> Int
}

/// Bytes that are not packed.
final class PlainBytes: SequentialBytes {
    private let store: any ByteStore
    private let place: Atomic<Int>

    init(_ store: any ByteStore, at offset: Int) {
        self.store = store
        place = Atomic(offset)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) async throws -> Int {
        let offset = place.load(ordering: .relaxed)
        let got = try await store.read(at: offset, into: buffer)
        place.store(offset + got, ordering: .relaxed)
        return got
    }

    func skip(_ count: Int) async throws -> Int {
        let offset = place.load(ordering: .relaxed)
        let reached = try await store.end(atMost: offset + count)
        place.store(reached, ordering: .relaxed)
        return reached - offset
    }
}
