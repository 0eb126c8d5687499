internal import Diagnostics
internal import PluginKit
package import Records
internal import TOML

/// How an incremental source continues from run to run: the column that grows, the key, and how late a record may come.
package struct NodeIncrement: Sendable {
    /// The column that grows.
    package let value: Field
    /// The columns that identify a record.
    package let key: [Field]
    /// Whether the key alone identifies a record.
    package let isKnownByKey: Bool
    /// Whether the keys of all delivered records are kept.
    package let keepsAllKeys: Bool
    /// How far below the highest value, in the column's own unit, records are read again.
    package let lag: Int64

    /// The columns that the engine reads for this.
    var fields: [Field] { [value] + key }

    /// Whether the growing column is a time, so that no current record can be beyond the present.
    package var isInstant: Bool { value.kind == .instant }

    /// The increment of a source, as its section requests it; nil if it does not.
    ///
    /// A source that finds out by itself what is new has none.
    ///
    /// - Throws: `pipeline.since` if the source cannot be read incrementally.
    init?(_ description: Description, section: StageSection) throws(Diagnostic) {
        guard let since = section.since else { return nil }
        let place = Diagnostic.Place.text(since.range)
        let schema = description.schema
        if description.findsNews, description.increment == nil {
            guard section.lag.exists else { return nil }
            throw Diagnostic(
                "pipeline.lag",
                message: "the source '\(section.use.name)' finds out by itself what is new, and has no 'lag'",
                at: .text(section.lag.range),
                hint: "remove 'lag'"
            )
        }
        guard let increment = description.increment else {
            throw description.wholeReason?.placed(at: place)
                ?? Diagnostic(
                    "pipeline.since",
                    message: "the source '\(section.use.name)' cannot be read incrementally",
                    category: .usage,
                    at: place,
                    hint: "remove 'since'"
                )
        }
        let value = try schema.field(increment.column, at: place)
        guard value.kind == .instant || value.kind == .integer else {
            throw Diagnostic(
                "pipeline.since",
                message:
                    "the column '\(increment.column)' is \(value.kind), but 'since' needs an integer or an instant",
                category: .usage,
                at: place,
                hint: "this is an error in the plugin '\(section.use.name)', please report it"
            )
        }
        var key: [Field] = []
        for name in increment.key { key.append(try schema.field(name, at: place)) }
        self.value = value
        self.key = key
        isKnownByKey = increment.isKnownByKey
        keepsAllKeys = increment.keepsAllKeys
        lag = try Self.lag(section.lag, of: value.kind)
    }

    /// A lag in the unit of the column: microseconds for instants, a number for integers.
    private static func lag(_ lag: TOMLValue, of kind: Schema.Kind) throws(Diagnostic) -> Int64 {
        guard lag.exists else { return 0 }
        if kind == .integer, let number = lag.integer, number >= 0 { return number }
        if kind == .instant, let text = lag.string, let time = Duration(literal: text),
            time <= longestLag
        {
            return time.microseconds
        }
        throw Diagnostic(
            "pipeline.lag",
            message: "'lag' must be \(kind == .instant ? "a time" : "a whole number") here",
            at: .text(lag.range),
            hint: kind == .instant ? "lag = \"2h\"" : "lag = 10"
        )
    }

    private static let longestLag = Duration.seconds(36_500 * 86_400)
}
