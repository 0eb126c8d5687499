internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// Makes what identifies the pages of a source, and turns pages into bytes and back.
///
/// Two pages have one key only if the same plugin reads the same data with the same options (secrets among them, so
/// that nobody gets another one's records), for the same columns, in batches of one size, from one value on, at one
/// cursor.
struct PageMemo: Sendable {
    /// Everything that the pages have in common.
    private let common: CacheKeyDigest
    private let plugin: String
    private let schema: Schema

    /// For the pages of a source that lets them be used again.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - node: Its place in the plan.
    ///   - sizes: About how many records a page should have, as digests have it.
    ///   - request: What is wanted.
    /// - Throws: What the source throws when it is asked what its data looks like.
    init(_ source: any SourceStage, node: Plan.Node, sizes: String, request: ReadRequest) async throws {
        schema = request.schema
        plugin = node.plugin
        var digest = CacheKeyDigest()
        digest.add("page \(Self.form)")
        digest.add("\(node.plugin) \(source.version)")
        digest.add(node.identity)
        for column in schema.columns {
            digest.add(column.name)
            digest.add(column.kind.rawValue)
        }
        digest.add("\(sizes) \(request.since.map { "\($0)" } ?? "-")")
        digest.add(try await source.fingerprint.map { "is \($0)" } ?? "-")
        common = digest
    }

    /// The number of the form below: a change of it makes all that was kept before unknown.
    private static let form = 4

    /// What identifies the page at a cursor.
    func memo(at cursor: String?) -> CacheIdentity<Page> {
        var digest = common
        digest.add(cursor.map { "at \($0)" } ?? "first")
        return CacheIdentity(key: digest.key, subject: plugin) { page in
            var writer = StateWriter()
            page.write(to: &writer)
            return writer.bytes
        } decode: { [schema] bytes in
            var reader = StateReader(bytes)
            let page = try Page(schema, from: &reader)
            guard reader.isAtEnd else { throw StateReader.damaged }
            return page
        }
    }
}

extension Next<String> {
    func write(to writer: inout StateWriter) {
        switch self {
        case .end: writer.write(0)
        case .at(let cursor):
            writer.write(1)
            cursor.write(to: &writer)
        case .pages(let cursors):
            writer.write(2)
            cursors.write(to: &writer)
        }
    }

    init(from reader: inout StateReader) throws(Diagnostic) {
        switch try reader.readInteger() {
        case 0: self = .end
        case 1: self = .at(try String(from: &reader))
        case 2: self = .pages(try [String](from: &reader))
        default: throw StateReader.damaged
        }
    }
}
