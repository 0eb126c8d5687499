internal import CZstd
public import Diagnostics

/// Decompresses zstd (RFC 8878), from buffer to buffer.
///
/// Several consecutive frames make one text; skippable frames are passed over. Checksums are verified where there are
/// any.
public final class ZstandardStream: PackedStream {
    private let library: Zstandard
    private let context: OpaquePointer
    private var hasBegun = false
    private var isOpen = false

    /// Loads the library, if that has not been done.
    ///
    /// - Throws: `zstd.unavailable`.
    public init() throws(Diagnostic) {
        library = try Zstandard.library()
        guard let context = library.functions.pointee.createDCtx() else {
            throw Diagnostic(
                "zstd.unavailable",
                message: "there is not enough memory to unpack zstd",
                category: .environment
            )
        }
        self.context = context
    }

    deinit { _ = library.functions.pointee.freeDCtx(context) }

    /// Whether a frame has just ended, so that the input may end here.
    public var isComplete: Bool { hasBegun && !isOpen }

    /// Decompresses the next bytes.
    public func unpack(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> PackedStep {
        guard !input.isEmpty || isOpen else { return PackedStep() }
        var source = ZstdInput(bytes: input.baseAddress, size: input.count, position: 0)
        var target = ZstdOutput(bytes: output.baseAddress, size: output.count, position: 0)
        let result = library.functions.pointee.decompressStream(context, &target, &source)
        let damage = library.failure(result)
        if damage == nil, source.position > 0 || target.position > 0 {
            hasBegun = true
            isOpen = result != 0
        }
        return PackedStep(consumed: source.position, produced: target.position, damage: damage)
    }
}
