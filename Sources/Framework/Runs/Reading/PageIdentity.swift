internal import Diagnostics
internal import PluginKit
internal import Records
internal import Pipelines

/// The cache keys of a source's pages, and the encoding of pages as bytes.
///
/// Two pages have the same key only if the same plugin reads the same data with the same options, for the same columns,
/// in batches of the same size, from the same value, at the same cursor. The options include secrets, so no account
/// gets the records of another.
struct PageIdentity: Sendable {
    /// The digest of everything that the pages have in common.
    private let common: CacheKeyDigest
    private let plugin: String
    private let schema: Schema

    /// The keys for a source that allows its pages to be cached.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - node: Its place in the plan.
    ///   - sizes: The approximate number of records in a page, as text.
    ///   - request: The columns and values that are read.
    /// - Throws: What the source throws when it is asked for its fingerprint.
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
        if let selection = request.selection { digest.add(selection) }
        digest.add(try await source.fingerprint.map { "is \($0)" } ?? "-")
        common = digest
    }

    /// The version of the form below.
    ///
    /// Changing it invalidates all pages that were cached before.
    private static let form = 4

    /// The key of the page at a cursor.
    func identity(at cursor: String?) -> CacheIdentity<Page> {
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
