internal import Diagnostics
internal import PluginKit
internal import Pipelines

extension Plan {
    /// Refuses files that would replace each other, or a file that the run reads or depends on, with the present names
    /// and links.
    ///
    /// The plan was made when the run began, and knows only the outputs that options name.
    ///
    /// - Throws: `run.same-file`.
    func refuseOverlap(of pending: [StagedFile]) throws(Diagnostic) {
        var taken: [String: StagedFile] = [:]
        var identities: [FileIdentity: StagedFile] = [:]
        for file in pending {
            if let owner = files.owner(of: file.path) {
                throw Diagnostic(
                    "run.same-file",
                    message: "nothing was published: this is a file of \(owner) by now",
                    at: .file(file.path),
                    hint: "give the output a path of its own, and run again"
                )
            }
            let twin = taken.updateValue(file, forKey: FileSystem.resolved(file.path))
            let same = FileIdentity(file.path).flatMap { identities.updateValue(file, forKey: $0) }
            guard let other = twin ?? same else { continue }
            throw Diagnostic(
                "run.same-file",
                message: "nothing was published: another part of the run writes the same file, as \(other.path)",
                at: .file(file.path),
                hint: "give each its own path"
            )
        }
    }
}
