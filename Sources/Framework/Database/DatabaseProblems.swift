package import Diagnostics

/// The diagnostics for problems with a database, in the terms of the code that uses it.
package protocol DatabaseProblems: SendableMetatype {
    /// What the codes begin with, such as `state`.
    static var area: String { get }
    /// What is in the file, in the singular, such as `the state`.
    static var content: String { get }
    /// What to use instead of a file of a later version, such as `another state folder`. Default: `another path`.
    static var alternative: String { get }

    /// The file is damaged; `detail` states how that was detected.
    static func corrupt(_ path: String, detail: String) -> Diagnostic

    /// The header of the file shows that Sprocket has not written it; `detail` states how. Default: reported as damage.
    static func foreign(_ path: String, detail: String) -> Diagnostic

    /// The hint for `failed`. Default: nil.
    static func remedy(_ path: String) -> String?
}

extension DatabaseProblems {
    /// The default: any other path can be chosen.
    package static var alternative: String { "another path" }

    /// Nil: no remedy is known.
    package static func remedy(_ path: String) -> String? { nil }

    /// Reports damage: the application ID itself may be damaged.
    package static func foreign(_ path: String, detail: String) -> Diagnostic { corrupt(path, detail: detail) }

    /// Another process has held it for longer than `patience`.
    package static func busy(_ path: String) -> Diagnostic {
        problem(
            "busy",
            at: path,
            message: "another program holds \(content) and does not release it",
            hint: FileHolders.hint(path)
        )
    }

    /// The file was written by a later version.
    package static func newer(_ path: String, version: Int64, known: Int) -> Diagnostic {
        problem(
            "newer",
            at: path,
            message: "\(content) has format \(version), and this sprocket knows formats up to \(known)",
            hint: "use the later sprocket that wrote it, or \(alternative)"
        )
    }

    /// Any other error, with the description by SQLite in `detail`.
    package static func failed(_ path: String, detail: String) -> Diagnostic {
        problem("failed", at: path, message: "the database of \(content) reports: \(detail)", hint: remedy(path))
    }

    private static func problem(_ name: String, at path: String, message: String, hint: String?) -> Diagnostic {
        let code = Diagnostic.Code("\(area).\(name)")
        return Diagnostic(code, message: message, category: .environment, at: .file(path), hint: hint)
    }
}
