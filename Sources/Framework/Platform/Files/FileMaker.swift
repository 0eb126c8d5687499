internal import CPlatform

/// Which run has made a temporary file, as the file itself states it.
///
/// That a run has written a name down does not make it the maker: it may have been killed before it made the file, and
/// another run, of another state, may have used the name since. So a file states its run in an extended attribute
/// (`user.sprocket.run`) until it gets its final name. Where a file system has no such attributes, the name has to do.
package enum FileMaker {
    private static let attribute = "user.sprocket.run"

    /// Has a new file state its run.
    package static func state(_ run: String, in descriptor: Int32) {
        _ = run.utf8CString.withUnsafeBytes { bytes in
            sprocket_set_attribute(descriptor, attribute, bytes.baseAddress, bytes.count - 1)
        }
    }

    /// The run that a file states; nil if it states none.
    package static func run(of path: String) -> String? {
        var text = [UInt8](repeating: 0, count: 256)
        let count = text.withUnsafeMutableBytes { sprocket_attribute(path, attribute, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
    }

    /// Has a file that gets its final name state nothing.
    package static func clear(_ path: String) { _ = sprocket_remove_attribute(path, attribute) }
}
