internal import CCurl
internal import Glibc

/// The system's libcurl, loaded on first use.
struct CurlLibrary: Sendable {
    /// Why it cannot be used, as text that fits after a colon.
    struct Missing: Error { let words: String }

    /// Its names in distributions: built with OpenSSL, then with GnuTLS.
    private static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]

    /// The members of `CurlFunctions`.
    private static let functionNames = [
        "curl_global_init", "curl_version_info", "curl_easy_strerror",
        "curl_easy_init", "curl_easy_reset", "curl_easy_cleanup", "curl_easy_setopt", "curl_easy_getinfo",
        "curl_slist_append", "curl_slist_free_all",
        "curl_multi_init", "curl_multi_cleanup", "curl_multi_setopt", "curl_multi_add_handle",
        "curl_multi_remove_handle", "curl_multi_perform", "curl_multi_info_read", "curl_multi_poll",
        "curl_multi_wakeup",
    ]

    // The table is complete before it is shared, and neither changed nor freed afterwards.
    nonisolated(unsafe) let functions: UnsafePointer<CurlFunctions>
    /// Its version, one byte for each of the three numbers.
    let version: UInt32
    /// Its TLS library, such as `OpenSSL/3.0.19`; empty if it has none.
    let tls: String

    /// The library of this process; loading it takes some milliseconds.
    static let shared: Result<CurlLibrary, Missing> = load(names)

    /// Loads the first library with one of these names.
    static func load(_ names: [String]) -> Result<CurlLibrary, Missing> {
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
            let packages = "Debian and Ubuntu have it in the package libcurl4, Fedora and Alpine in libcurl"
            return .failure(Missing(words: "the library \(names[0]) is not installed; \(packages)"))
        }
        precondition(MemoryLayout<CurlFunctions>.size == functionNames.count * MemoryLayout<Int>.size)
        let table = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: functionNames.count)
        for (index, name) in functionNames.enumerated() {
            guard let function = dlsym(library, name) else {
                table.deallocate()
                return .failure(Missing(words: "the library \(names[0]) lacks \(name); version 7.68 and later have it"))
            }
            table.initializeElement(at: index, to: function)
        }
        guard let start = UnsafeRawPointer(table.baseAddress) else { preconditionFailure("no functions are named") }
        let functions = start.assumingMemoryBound(to: CurlFunctions.self)
        // 3: everything, including TLS. Repeated calls are allowed.
        guard functions.pointee.global_init(3) == 0 else {
            return .failure(Missing(words: "the library \(names[0]) cannot be started"))
        }
        let about = functions.pointee.version_info(0).pointee
        let tls = about.tls.map { String(cString: $0) } ?? ""
        return .success(CurlLibrary(functions: functions, version: about.number, tls: tls))
    }

    /// Whether it reads the certificates of a folder one by one on demand, rather than all of them at the start.
    var looksUpCertificates: Bool { tls.contains("OpenSSL") || tls.contains("LibreSSL") || tls.contains("quictls") }

    /// Whether it has a callback before a request is sent (7.80).
    var asksBeforeSending: Bool { version >= 0x07_50_00 }
}
