internal import Diagnostics
internal import PluginKit
package import Records
internal import TOML

/// How a source goes on from run to run: the column that grows, the key, and how late a record may come.
package struct NodeIncrement: Sendable {
    /// The column that grows.
    package let value: Field
    /// The columns that tell a record from every other.
    package let key: [Field]
    /// Whether a record is known by its key alone.
    package let isKnownByKey: Bool
    /// Whether the keys of all delivered records are kept.
    package let keepsAllKeys: Bool
    /// So far below the greatest value, in the column's own unit, records are read again.
    package let lag: Int64

    /// The columns that the engine reads for it.
    var fields: [Field] { [value] + key }

    /// Whether the column that grows is a time, which no record of the present can be beyond.
    package var isInstant: Bool { value.kind == .instant }

    /// The increment of a source, as its section asks for it; nil if it does not.
    ///
    /// - Throws: `pipeline.since` if the source cannot be read so.
    init?(_ description: Description, section: StageSection) throws(Diagnostic) {
        guard let since = section.since else { return nil }
        let place = Diagnostic.Place.text(since.range)
        let schema = description.schema
        guard let increment = description.increment else {
            throw description.wholeReason?.placed(at: place)
                ?? Diagnostic(
                    "pipeline.since",
                    message: "the source '\(section.use.name)' can only be read whole",
                    category: .usage,
                    at: place,
                    hint: "take 'since' out"
                )
        }
        let value = try schema.field(increment.column, at: place)
        guard value.kind == .instant || value.kind == .integer else {
            throw Diagnostic(
                "pipeline.since",
                message: "the column '\(increment.column)' is \(value.kind), and only an integer or an instant grows",
                category: .usage,
                at: place,
                hint: "this is a mistake of the plugin '\(section.use.name)', please report it"
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
            message: "'lag' is \(kind == .instant ? "a time" : "a whole number") here",
            at: .text(lag.range),
            hint: kind == .instant ? "lag = \"2h\"" : "lag = 10"
        )
    }

    private static let longestLag = Duration.seconds(36_500 * 86_400)
}
