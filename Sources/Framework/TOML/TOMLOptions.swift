/// Options for parsing a document.
public struct TOMLOptions: Sendable {
    /// The version of the standard.
    ///
    /// Default: 1.1.
    public var version: TOMLVersion
    /// The maximum number of levels of tables and arrays.
    ///
    /// Default: 128.
    ///
    /// A level is a part of a header, a part of a key that creates a table, or a bracket.
    public var maximumDepth: Int
    /// The maximum size of a document in bytes, at most 4 GiB.
    ///
    /// Default: 64 MiB.
    public var maximumSizeInBytes: Int
    /// How many problems are reported before the parser stops.
    ///
    /// Default: 20.
    public var maximumProblems: Int

    /// Creates options; each has a default.
    public init(
        version: TOMLVersion = .v1_1,
        maximumDepth: Int = 128,
        maximumSizeInBytes: Int = 64 << 20,
        maximumProblems: Int = 20
    ) {
        self.version = version
        self.maximumDepth = max(1, maximumDepth)
        self.maximumSizeInBytes = min(maximumSizeInBytes, Int(UInt32.max) - 1)
        self.maximumProblems = max(1, maximumProblems)
    }
}
