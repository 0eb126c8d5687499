internal import Diagnostics

/// A problem at an offset, before it becomes a `Diagnostic`: what the scanner and the parser throw.
struct Problem: Error {
    let code: Code
    let message: String
    var offsets: Range<Int>
    var hint: String?
    var related: (offsets: Range<Int>, caption: String)?
    /// The line start at which parsing can continue, if the mistake itself determines it.
    var resume: Int?

    init(
        _ code: Code,
        message: String,
        at offsets: Range<Int>,
        hint: String? = nil,
        related: (offsets: Range<Int>, caption: String)? = nil
    ) {
        self.code = code
        self.message = message
        self.offsets = offsets
        self.hint = hint
        self.related = related
    }

    /// The diagnostic, whose place is inside of the text: a problem at the end of the file is reported for its last
    /// line.
    func diagnostic(in source: SourceText) -> Diagnostic {
        var offsets = offsets
        if offsets.lowerBound >= source.bytes.count {
            var end = source.bytes.count
            while end > 0, source.bytes[end - 1] == .lineFeed || source.bytes[end - 1] == .carriageReturn { end -= 1 }
            offsets = end..<end
        }
        return Diagnostic(
            Diagnostic.Code("toml." + code.rawValue),
            message: message,
            at: .text(source[offsets]),
            hint: hint,
            related: related.map { [Diagnostic.Related(source[$0.offsets], caption: $0.caption)] } ?? []
        )
    }
}
