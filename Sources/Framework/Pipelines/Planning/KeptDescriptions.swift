internal import Diagnostics
internal import PluginKit
internal import Records

/// The descriptions that the sources of a run found, stored so that the run can be resumed without reading the inputs
/// again.
///
///     stored as "described films":  count  +  name, options, fingerprint and description of each
package struct KeptDescriptions: Sendable {
    /// The stored description of a source.
    struct Known: Sendable {
        let description: Description
        /// The fingerprint of its data just before; nil if there is none, or if the input was not read.
        let fingerprint: String?
        /// A digest of the options that it was found with; nil if the options alone determine it, so that it need not
        /// be stored.
        let options: String?
        /// Whether it was found by an earlier run and cannot be shown to be current.
        var isBelieved = false
    }

    private var known: [String: Known] = [:]

    subscript(source: String) -> Known? { known[source] }

    /// Descriptions by the names of the sources; empty by default.
    init(_ known: [String: Known] = [:]) { self.known = known }

    /// Those that need to be stored: the options alone do not determine them.
    var foundByLooking: KeptDescriptions { KeptDescriptions(known.filter { $0.value.options != nil }) }

    /// Whether one of them was found by an earlier run and cannot be shown to be current.
    var areBelieved: Bool { known.values.contains { $0.isBelieved } }

    /// Adds the descriptions of sources that can detect whether their data has changed.
    mutating func merge(_ other: KeptDescriptions) {
        known.merge(other.known.filter { $0.value.options != nil && $0.value.fingerprint != nil }) { $1 }
    }

    /// The stored descriptions; empty if they cannot be read.
    init(_ bytes: [UInt8]?) {
        guard let bytes, !bytes.isEmpty else { return }
        var reader = StateReader(bytes)
        known = (try? Self.read(from: &reader)) ?? [:]
    }

    /// The bytes to store; empty if no description needs to be stored.
    var bytes: [UInt8] {
        guard !known.isEmpty else { return [] }
        var writer = StateWriter()
        writer.write(Int64(known.count))
        for (name, known) in known.sorted(by: { $0.key < $1.key }) {
            name.write(to: &writer)
            known.options.write(to: &writer)
            known.fingerprint.write(to: &writer)
            known.description.write(to: &writer)
        }
        return writer.bytes
    }

    private static func read(from reader: inout StateReader) throws -> [String: Known] {
        var known: [String: Known] = [:]
        for _ in 0..<(try reader.readCount()) {
            let name = try String(from: &reader)
            let options = try String?(from: &reader)
            let fingerprint = try String?(from: &reader)
            let description = try Description(from: &reader)
            known[name] = Known(description: description, fingerprint: fingerprint, options: options)
        }
        guard reader.isAtEnd else { throw StateReader.damaged }
        return known
    }
}

extension Description {
    fileprivate func write(to writer: inout StateWriter) {
        schema.names.write(to: &writer)
        schema.columns.map { $0.holdsJSON ? Self.json : $0.kind.rawValue }.write(to: &writer)
        writer.write(increment == nil ? (findsNews ? 2 : 0) : 1)
        guard let increment else { return }
        increment.column.write(to: &writer)
        increment.key.write(to: &writer)
        increment.isKnownByKey.write(to: &writer)
        increment.keepsAllKeys.write(to: &writer)
    }

    fileprivate init(from reader: inout StateReader) throws {
        let names = try [String](from: &reader)
        let kinds = try [String](from: &reader)
        guard names.count == kinds.count, Set(names).count == names.count else { throw StateReader.damaged }
        var columns: [Schema.Column] = []
        for (name, word) in zip(names, kinds) {
            guard let kind = word == Self.json ? .text : Schema.Kind(rawValue: word) else { throw StateReader.damaged }
            columns.append(Schema.Column(name, kind: kind, holdsJSON: word == Self.json))
        }
        self.init(Schema(columns))
        let growth = try reader.readInteger()
        findsNews = growth == 2
        guard growth == 1 else { return }
        increment = Increment(
            column: try String(from: &reader),
            key: try [String](from: &reader),
            isKnownByKey: try Bool(from: &reader),
            keepsAllKeys: try Bool(from: &reader)
        )
    }

    /// Denotes the kind of a text that contains JSON.
    private static let json = "json"
}
