public import Diagnostics

/// A parsed TOML document: every value and key with its place.
///
///     let document = try TOMLDocument(bytes, name: "pipelines/films.toml")
///     document.root["source"][0]["page_size"].integer      // Int64?
///
/// It keeps the bytes from which it was parsed; strings are decoded on demand.
public struct TOMLDocument: Sendable {
    let tree: Tree

    /// Parses a document.
    ///
    /// - Parameters:
    ///   - bytes: The document, as UTF-8, with or without a byte order mark at its start.
    ///   - name: The name of the document in messages, usually its path.
    ///   - options: How to parse it.
    /// - Throws: All problems, at most `maximumProblems`, with codes `toml.*`.
    public init(_ bytes: [UInt8], name: String, options: TOMLOptions = TOMLOptions()) throws(DiagnosticList) {
        let (document, problems) = Self.recovering(bytes, name: name, options: options)
        try problems.throwIfErrors()
        self = document
    }

    private init(tree: Tree) { self.tree = tree }

    /// Parses what can be parsed: returns the tree of all valid parts, and all problems.
    ///
    /// Invalid parts are not in the tree; of a key defined twice the first definition counts.
    public static func recovering(
        _ bytes: [UInt8],
        name: String,
        options: TOMLOptions = TOMLOptions()
    ) -> (document: TOMLDocument, problems: DiagnosticList) {
        let source = SourceText(bytes, name: name)
        guard bytes.count <= options.maximumSizeInBytes else {
            let problem = Problem(
                .tooLarge,
                message:
                    "the document has \(bytes.count.counted("byte")), and \(options.maximumSizeInBytes) are allowed",
                at: 0..<0
            )
            let empty = TOMLDocument(
                tree: Tree(nodes: TreeBuilder(sizeInBytes: 0).nodes, source: source, options: options)
            )
            return (empty, DiagnosticList([problem.diagnostic(in: source)]))
        }
        let (nodes, problems) = parse(bytes.span, options: options)
        if !problems.isEmpty { source.noteDamage() }
        let document = TOMLDocument(tree: Tree(nodes: nodes, source: source, options: options))
        return (document, DiagnosticList(problems.map { $0.diagnostic(in: source) }))
    }

    private static func parse(_ bytes: Span<UInt8>, options: TOMLOptions) -> (nodes: [Node], problems: [Problem]) {
        var scanner = Scanner(bytes, version: options.version)
        var problems = Encoding.problems(in: bytes, limit: options.maximumProblems)
        if problems.first?.code == .encoding { return (TreeBuilder(sizeInBytes: 0).nodes, problems) }
        scanner.skipByteOrderMark()
        var parser = Parser(scanner, options: options)
        parser.parse()
        if problems.isEmpty {
            problems = parser.problems
        } else {
            problems = Encoding.merged(problems, with: parser.problems, in: bytes)
        }
        problems.sort { $0.offsets.lowerBound < $1.offsets.lowerBound }
        return (parser.builder.nodes, Array(problems.prefix(options.maximumProblems)))
    }

    /// The text that was parsed.
    public var source: SourceText { tree.source }

    /// The root table.
    public var root: TOMLValue { TOMLValue(tree, node: 0) }
}
