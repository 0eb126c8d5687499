package import Diagnostics
internal import Glibc

/// Paths that begin with `~`.
///
/// A shell makes the user's folder out of it, if it is not quoted and begins a word; in `-D out=~/lb` and in a pipeline file
/// nobody does. It is refused everywhere: a folder that is called `~` is never wanted, and a path that another user
/// or a timer reads otherwise should not stand in a file.
package enum HomePath {
    /// Refuses a path that begins with `~`.
    ///
    /// - Parameters:
    ///   - path: The path as it was given.
    ///   - place: Where that was; nil for the path itself.
    /// - Throws: `option.home`.
    package static func check(_ path: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        guard path.utf8.first == UInt8(ascii: "~") else { return }
        let rest = path.drop { $0 != "/" }
        let home = getenv("HOME").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        // Of another user's folder, this one knows nothing.
        let meant =
            path.first == "~" && (path == "~" || path.hasPrefix("~/")) ? home.map { "write '\($0)\(rest)'" } : nil
        throw Diagnostic(
            "option.home",
            message: "only a shell expands '~', and it did not expand it here: \(path)",
            category: .usage,
            at: place,
            hint: (meant ?? "write the path from the root") + ", or in a pipeline file '${env:HOME}\(rest)'; "
                + "for a file or folder of that name write './\(path)'"
        )
    }
}
