internal import CZstd
package import Diagnostics
internal import Glibc

/// The system's libzstd, loaded on first use.
package struct Zstandard: Sendable {
    /// Its name in distributions.
    private static let name = "libzstd.so.1"

    /// The members of `ZstdFunctions`.
    private static let functionNames = [
        "ZSTD_versionNumber", "ZSTD_isError", "ZSTD_getErrorName",
        "ZSTD_createDCtx", "ZSTD_freeDCtx", "ZSTD_decompressStream",
        "ZSTD_createCCtx", "ZSTD_freeCCtx", "ZSTD_CCtx_setParameter", "ZSTD_CCtx_reset", "ZSTD_compressStream2",
    ]

    // The table is complete before it is shared, and neither changed nor freed afterwards.
    nonisolated(unsafe) let functions: UnsafePointer<ZstdFunctions>

    private static let shared: Result<Zstandard, Diagnostic> = load(name)

    /// The library of this process.
    ///
    /// - Throws: `zstd.unavailable`, with the packages that contain it.
    package static func library() throws(Diagnostic) -> Zstandard { try shared.get() }

    /// Loads the library with a name.
    static func load(_ name: String) -> Result<Zstandard, Diagnostic> {
        guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            return .failure(unavailable("the library \(name) is not installed"))
        }
        precondition(MemoryLayout<ZstdFunctions>.size == functionNames.count * MemoryLayout<Int>.size)
        let table = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: functionNames.count)
        for (index, function) in functionNames.enumerated() {
            guard let address = dlsym(library, function) else {
                table.deallocate()
                return .failure(unavailable("the library \(name) lacks \(function); version 1.4 and later have it"))
            }
            table.initializeElement(at: index, to: address)
        }
        guard let start = UnsafeRawPointer(table.baseAddress) else { preconditionFailure("no functions are named") }
        return .success(Zstandard(functions: start.assumingMemoryBound(to: ZstdFunctions.self)))
    }

    private static func unavailable(_ words: String) -> Diagnostic {
        Diagnostic(
            "zstd.unavailable",
            message: "zstd is not available: \(words)",
            category: .environment,
            hint: "install the package that contains it: libzstd1 of Debian and Ubuntu, libzstd of Fedora, "
                + "zstd-libs of Alpine"
        )
    }

    /// The library's description of a result that is an error; nil for any other.
    func failure(_ result: Int) -> String? {
        functions.pointee.isError(result) == 0 ? nil : String(cString: functions.pointee.getErrorName(result))
    }
}
