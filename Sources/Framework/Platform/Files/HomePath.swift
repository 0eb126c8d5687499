package import Diagnostics
internal import Glibc

/// Paths that begin with `~`.
///
/// A shell expands `~` to the user's home folder if it is unquoted and begins a word; in `-D out=~/lb` and in a
/// pipeline file it is not expanded. Such paths are refused everywhere: a folder called `~` is never intended, and the
/// home folder would be another one for other users and for timers.
package enum HomePath {
    /// Refuses a path that begins with `~`.
    ///
    /// - Parameters:
    ///   - path: The path as given.
    ///   - place: Where it was given; nil for the path itself.
    /// - Throws: `option.home`.
    package static func check(_ path: String, at place: Diagnostic.Place? = nil) throws(Diagnostic) {
        guard path.utf8.first == UInt8(ascii: "~") else { return }
        let rest = path.drop { $0 != "/" }
        let home = getenv("HOME").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        // The home folder of another user is not known here.
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
