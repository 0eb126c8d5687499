internal import Glibc

/// The trusted certificate authorities.
///
/// A folder in which certificates are found by the hash of their subject costs nothing until one is needed; reading one
/// file with all of them needs up to 200 ms. So a folder is used if there is one, otherwise the library's default.
enum TrustedCertificates: Sendable, Hashable {
    /// The library's default.
    case library
    /// Only these.
    case paths(file: String?, folder: String?)

    /// The folders of distributions.
    private static let folders = [
        "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash",
    ]

    /// Chooses the certificates.
    ///
    /// - Parameters:
    ///   - environment: `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the system's, as in OpenSSL.
    ///   - looksUp: Whether the library reads the certificates of a folder one by one.
    init(_ environment: [String: String], looksUp: Bool) {
        let file = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        let folder = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        if file != nil || folder != nil {
            self = .paths(file: file, folder: folder)
        } else if looksUp, let folder = Self.folders.first(where: Self.isHashed) {
            self = .paths(file: nil, folder: folder)
        } else {
            self = .library
        }
    }

    /// Whether a folder has files such as `002c0b4f.0`.
    static func isHashed(_ folder: String) -> Bool {
        guard let stream = opendir(folder) else { return false }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let isHash = withUnsafeBytes(of: entry.pointee.d_name) { name in
                name.prefix(8).allSatisfy { 48...57 ~= $0 || 97...102 ~= $0 }
                    && name[8] == UInt8(ascii: ".") && 48...57 ~= name[9]
            }
            if isHash { return true }
        }
        return false
    }
}
