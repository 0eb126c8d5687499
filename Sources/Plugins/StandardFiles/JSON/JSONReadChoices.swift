internal import Formats
internal import InputFiles
internal import PluginKit

/// What the options of the sources of JSON files have in common.
struct JSONReadChoices: Sendable {
    var columns: ColumnDeclarations?
    /// Where `columns` is written.
    var place: Diagnostic.Place?
    var types = ColumnKinds.declared
    /// Where `types` is written.
    var typesPlace: Diagnostic.Place?
    var sample = 1000
    var nulls: [String] = []
    var missing = MissingColumns.error
    var extra = ExtraColumns.error
    var fileColumn: String?
    var words = BooleanWords.standard
    var hasDecimalComma = false

    /// A guess from texts with these options.
    var guess: KindGuess { KindGuess(words: words, hasDecimalComma: hasDecimalComma) }

    /// Whether the columns follow from the options alone.
    var isComplete: Bool {
        guard let columns, !columns.takesRest else { return false }
        return columns.columns.allSatisfy { $0.kind != nil }
    }
}
