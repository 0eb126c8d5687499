internal import Diagnostics
internal import Formats
internal import PluginKit
internal import StateStore

extension IntendedFile {
    /// Gives the file its final name, unless it has it already.
    ///
    /// - Throws: `state.publication` if the complete file has neither name: another program has changed or removed it.
    func finish(run: String) throws(Diagnostic) {
        if try isComplete(at: path) {
            // The temporary name belongs to the replaced file, if the two exchanged names; or an earlier run has left
            // the same bytes, and those of this run are still waiting.
            TemporaryFiles.removeReplaced(temporaryPath)
            return
        }
        guard try isComplete(at: temporaryPath) else {
            throw Diagnostic(
                "state.publication",
                message:
                    "the run '\(run)' was cut off while it published this file, and it is complete neither here nor as "
                    + temporaryPath,
                category: .environment,
                at: .file(path),
                hint: "examine both; --restart abandons that run and writes the files again"
            )
        }
        let target = try OutputTarget(path)
        let placement = try FileSystem.place(temporaryPath, at: target)
        try FileSystem.syncFolder(of: target.file)
        FileSystem.removeReplaced(temporaryPath, by: target, placement: placement)
    }

    private func isComplete(at path: String) throws(Diagnostic) -> Bool {
        guard FileSystem.size(of: path) == bytes, (try? OutputTarget(path)) != nil else { return false }
        var audit = FileAudit(path, format: .opaque, countsRecords: false)
        try audit.extend(to: bytes)
        return audit.crc32 == crc32
    }
}
