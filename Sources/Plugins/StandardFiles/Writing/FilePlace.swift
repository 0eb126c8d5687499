internal import PluginKit

/// Where a sink writes its files, how it divides them, and how they are compressed.
struct FilePlace: Sendable {
    let destination: OutputDestination
    let limits: PartLimits
    let packing: Packing?
    /// Whether records for standard output wait in a file until the run commits.
    let isSpooled: Bool

    /// The place that options state.
    ///
    /// - Throws: `option.range`, `files.level`, `files.standard-output`.
    init(_ options: some PartedOptions) throws(DiagnosticList) {
        destination = options.path
        isSpooled = options.spool ?? true
        limits = try PartLimits(
            records: options.maxRows,
            at: options.maxRowsPlace,
            bytes: options.maxBytes,
            at: options.maxBytesPlace
        )
        do throws(Diagnostic) {
            packing = try Packing(
                options.compression,
                level: options.level,
                at: options.levelPlace,
                path: options.path.path?.pattern ?? ""
            )
            if options.path == .standardOutput, limits.exist {
                throw Diagnostic(
                    "files.standard-output",
                    message: "standard output cannot be divided into parts",
                    at: options.maxRowsPlace ?? options.maxBytesPlace,
                    hint: "remove the option, or write to files"
                )
            }
            if options.path != .standardOutput, options.spool != nil {
                throw Diagnostic(
                    "files.standard-output",
                    message: "'spool' is for standard output only: files wait under temporary names",
                    at: options.spoolPlace,
                    hint: "remove it, or write to path = \"-\""
                )
            }
        } catch {
            throw DiagnosticList([error])
        }
    }
}
