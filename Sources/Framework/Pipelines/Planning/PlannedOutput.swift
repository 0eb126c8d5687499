internal import Diagnostics
package import PluginKit

/// A path that a run writes to, as the pipeline file states it.
package struct PlannedOutput: Sendable {
    /// Whose it is.
    package enum Owner: Sendable, Hashable {
        case sink(String)
        case rejects
        case exporter(String)
    }

    package let owner: Owner
    package let path: OutputPath
    /// Where the path is given; nil if it is a default.
    let place: Diagnostic.Place?

    /// Looks at what lies there, for what is seen before the run.
    ///
    /// - Returns: Why it cannot be written to, where the path is given; nil if it can as far as can be seen.
    func problem(in run: RunIdentity) -> Diagnostic? {
        do throws(Diagnostic) {
            _ = try OutputTarget(path.path(in: run))
            return nil
        } catch {
            guard case .text? = place else { return error.placed(at: place ?? .stage(name, at: nil)) }
            // The place is the option's, so the message has the path.
            let found = if case .file(let found)? = error.place { found } else { path.path(in: run) }
            return Diagnostic(
                error.code,
                "\(found): \(error.message)",
                at: place,
                hint: error.hint,
                severity: error.severity
            )
        }
    }

    /// The stage or section that the path belongs to.
    var name: String {
        switch owner {
        case .sink(let name), .exporter(let name): name
        case .rejects: "on_reject"
        }
    }
}
