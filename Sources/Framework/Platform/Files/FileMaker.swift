internal import CPlatform

/// Which run created a temporary file, as recorded in the file itself.
///
/// A recorded name does not prove that the run created the file: it may have been killed before it did, and a run with
/// another state may have used the name since. So a file carries its run in an extended attribute (`user.sprocket.run`)
/// until it gets its final name. On file systems without such attributes, the name alone decides.
package enum FileMaker {
    private static let attribute = "user.sprocket.run"

    /// Records the run in a new file.
    package static func state(_ run: String, in descriptor: Int32) {
        _ = run.utf8CString.withUnsafeBytes { bytes in
            sprocket_set_attribute(descriptor, attribute, bytes.baseAddress, bytes.count - 1)
        }
    }

    /// The run recorded in a file; nil if there is none.
    package static func run(of path: String) -> String? {
        var text = [UInt8](repeating: 0, count: 256)
        let count = text.withUnsafeMutableBytes { sprocket_attribute(path, attribute, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
    }

    /// Removes the record from a file that gets its final name.
    package static func clear(_ path: String) { _ = sprocket_remove_attribute(path, attribute) }
}
