internal import Diagnostics
internal import Formats
internal import PluginKit

extension CSVReadChoices {
    /// Checks options.
    ///
    /// - Throws: `csv.dialect` for signs that cannot be used together.
    init(_ options: CSVSource.Options) throws(Diagnostic) {
        columns = options.columns
        kinds = options.types
        sample = options.sample
        nulls = options.nulls
        emptyIsText = options.empty == .text
        words = BooleanWords(true: options.trueWords, false: options.falseWords)
        hasDecimalComma = options.decimalComma
        missing = options.missing
        extra = options.extra
        fileColumn = options.fileColumn
        ragged = options.ragged
        guesses = options.dialect == .guess
        places = (options.$dialect, options.$types, options.$columns)
        var stated = CSVKnownDialect()
        stated.delimiter = options.delimiter
        if let quote = options.quote {
            stated.quote = .some(quote == "none" ? nil : try Self.sign(quote, at: options.$quote))
        }
        switch options.escape {
        case nil: break
        case "doubled"?: stated.escape = .doubled
        case "none"?: stated.escape = CSVSyntax.Escape.none
        case let sign?: stated.escape = .sign(UInt8(ascii: try Self.sign(sign, at: options.$escape)))
        }
        if let comment = options.comment { stated.comment = .some(try Self.sign(comment, at: options.$comment)) }
        stated.encoding = options.encoding
        stated.hasHeader = options.header
        stated.skippedLines = options.skipLines
        if let problem = stated.problem {
            throw Diagnostic(
                "csv.dialect",
                message: "these signs cannot be used together: \(problem)",
                category: .usage,
                at: options.$delimiter ?? options.$quote ?? options.$escape ?? options.$comment
            )
        }
        self.stated = stated
    }

    private static func sign(_ text: String, at place: Diagnostic.Place?) throws(Diagnostic) -> Unicode.Scalar {
        if let sign = text.unicodeScalars.first, text.unicodeScalars.count == 1, sign.isASCII { return sign }
        throw Diagnostic(
            "csv.dialect",
            message: "expected one ASCII character, found \(text.prefix(40).debugDescription)",
            category: .usage,
            at: place
        )
    }
}
