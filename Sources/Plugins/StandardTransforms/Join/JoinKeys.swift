internal import Diagnostics
internal import PluginKit

/// The key columns of both inputs of a join.
struct JoinKeys {
    let key: [Field]
    let keyNames: [String]
    let lookupKey: [Field]
    let lookupKeyNames: [String]

    /// Finds the columns.
    ///
    /// - Throws: `schema.unknown-column`, `keys.column-twice`, `join.key`.
    init(_ options: Join.Options, input: Schema, lookup: Schema) throws {
        let place = options.$lookupKey ?? options.$key
        let own = options.key.names
        let others = (options.lookupKey ?? options.key).names
        guard !own.isEmpty, own.count == others.count else {
            throw Self.refused(
                own.isEmpty
                    ? "there is no key column"
                    : "the key has \(own.count.counted("column")) in the input, \(others.count) in the lookup",
                at: own.isEmpty ? options.$key : place,
                hint: "name the same number of columns, in the same order"
            )
        }
        key = try KeyColumns.fields(own, of: input, at: options.$key)
        lookupKey = try KeyColumns.fields(others, of: lookup, at: place)
        keyNames = own.map(\.name)
        lookupKeyNames = others.map(\.name)
        for (index, (left, right)) in zip(key, lookupKey).enumerated() where left.kind != right.kind {
            throw Self.refused(
                "the key '\(keyNames[index])' is \(left.kind) in the input, \(right.kind) in the lookup",
                at: options.$key,
                hint: "a key needs the same kind in both inputs"
            )
        }
    }

    private static func refused(_ message: String, at place: Diagnostic.Place?, hint: String) -> Diagnostic {
        Diagnostic("join.key", message: message, at: place, hint: hint)
    }
}
