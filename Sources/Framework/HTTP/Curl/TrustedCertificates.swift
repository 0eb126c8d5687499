internal import Glibc

/// Which authorities vouch for servers.
///
/// A folder in which each certificate is found by the hash of its subject costs nothing until one is needed; the one file
/// with all of them takes up to 200 ms to read. So a folder is taken where there is one, and the library's own choice
/// where there is none.
enum TrustedCertificates: Sendable, Hashable {
    /// What the library was built with.
    case library
    /// These only.
    case paths(file: String?, folder: String?)

    /// Where distributions have such a folder.
    private static let folders = [
        "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash",
    ]

    /// - Parameters:
    ///   - environment: `SSL_CERT_FILE` and `SSL_CERT_DIR` name others than the system's, as for OpenSSL.
    ///   - looksUp: Whether the library reads a folder's certificates one by one.
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
