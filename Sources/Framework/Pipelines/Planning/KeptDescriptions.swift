internal import Diagnostics
internal import PluginKit
internal import Records

/// What the sources of a run have found out, as it is kept so that the run can be resumed without another look.
///
///     kept as "described films":  how many  +  name, options, fingerprint and description of each
package struct KeptDescriptions: Sendable {
    /// What is known of a source.
    struct Known: Sendable {
        let description: Description
        /// What its data looked like from outside just before; nil if that cannot be determined, or no look was needed.
        let fingerprint: String?
        /// The options by which it was found, as a digest; nil if the options alone state it, so that it need not be kept.
        let options: String?
        /// Whether it is what an earlier run has found out, of data that cannot be shown to be the same.
        var isBelieved = false
    }

    private var known: [String: Known] = [:]

    subscript(source: String) -> Known? { known[source] }

    /// Descriptions by the names of the sources; none by default.
    init(_ known: [String: Known] = [:]) { self.known = known }

    /// Those that are worth keeping: which options alone do not state.
    var foundByLooking: KeptDescriptions { KeptDescriptions(known.filter { $0.value.options != nil }) }

    /// Whether something is believed that an earlier run has found out.
    var areBelieved: Bool { known.values.contains { $0.isBelieved } }

    /// Adds those by sources that can tell whether their data is still the same.
    mutating func merge(_ other: KeptDescriptions) {
        known.merge(other.known.filter { $0.value.options != nil && $0.value.fingerprint != nil }) { $1 }
    }

    /// What was kept; nothing if it cannot be read.
    init(_ bytes: [UInt8]?) {
        guard let bytes, !bytes.isEmpty else { return }
        var reader = StateReader(bytes)
        known = (try? Self.read(from: &reader)) ?? [:]
    }

    /// The bytes to keep; empty if there is nothing worth it.
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
        writer.write(increment == nil ? 0 : 1)
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
        guard try reader.readInteger() == 1 else { return }
        increment = Increment(
            column: try String(from: &reader),
            key: try [String](from: &reader),
            isKnownByKey: try Bool(from: &reader),
            keepsAllKeys: try Bool(from: &reader)
        )
    }

    /// What stands for the kind of a text that holds JSON.
    private static let json = "json"
}
