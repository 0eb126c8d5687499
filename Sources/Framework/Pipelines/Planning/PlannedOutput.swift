internal import Diagnostics
package import PluginKit

/// A path that a run writes to, as stated in the pipeline file.
package struct PlannedOutput: Sendable {
    /// The owner of the path.
    package enum Owner: Sendable, Hashable {
        case sink(String)
        case rejects
        case exporter(String)
    }

    package let owner: Owner
    package let path: OutputPath
    /// The position of the path; nil if it is a default.
    let place: Diagnostic.Place?

    /// Checks the path before the run.
    ///
    /// - Returns: Why it cannot be written to, at the position of the path; nil if it can, as far as can be determined.
    func problem(in run: RunIdentity) -> Diagnostic? {
        do throws(Diagnostic) {
            _ = try OutputTarget(path.path(in: run))
            return nil
        } catch {
            guard case .text? = place else { return error.placed(at: place ?? .stage(name, at: nil)) }
            // The position is the option's, so the message contains the path.
            let found = if case .file(let found)? = error.place { found } else { path.path(in: run) }
            var problem = error
            problem.message = "\(found): \(error.message)"
            problem.place = place
            return problem
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
