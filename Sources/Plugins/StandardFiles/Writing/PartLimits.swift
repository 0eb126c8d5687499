internal import PluginKit

/// When a part is full and the next one begins; nil means never.
struct PartLimits: Sendable {
    /// The most records of a part.
    let records: Int?
    /// The most bytes of a part, including its header; a record that is larger has its own part.
    let bytes: Int?

    /// Creates limits from the values of options and their places.
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

    /// Whether there is a limit, so that a file can have parts.
    var exist: Bool { records != nil || bytes != nil }
}
