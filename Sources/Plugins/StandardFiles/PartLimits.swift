internal import PluginKit

/// When a file is full and the next part begins; nil is never.
struct PartLimits: Sendable {
    /// The most records of a part.
    let records: Int?
    /// The most bytes of a part, its header among them; a record that is larger has a part to itself.
    let bytes: Int?

    /// Limits as options give them, and where they stand.
    ///
    /// - Throws: `option.range`.
    init(
        records: Int?,
        at recordsPlace: Diagnostic.Place?,
        bytes: ByteCount?,
        at bytesPlace: Diagnostic.Place?
    ) throws(DiagnosticList) {
        var problems = DiagnosticList()
        for (number, place) in [(records, recordsPlace), (bytes?.bytes, bytesPlace)] {
            guard let number, number < 1 else { continue }
            problems.append(
                Diagnostic(
                    "option.range",
                    message: "\(number) is out of range",
                    category: .usage,
                    at: place,
                    hint: "allowed: 1 and more"
                )
            )
        }
        try problems.throwIfErrors()
        self.records = records
        self.bytes = bytes?.bytes
    }

    /// Whether there are any, so that a file can have parts.
    var exist: Bool { records != nil || bytes != nil }
}
