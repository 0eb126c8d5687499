/// How a document is read.
public struct TOMLOptions: Sendable {
    /// The version of the standard (default: 1.1).
    public var version: TOMLVersion
    /// How many levels of tables and arrays there may be (default: 128).
    ///
    /// A level is a part of a header, a part of a key that makes a table, or a bracket.
    public var maximumDepth: Int
    /// How many bytes a document may have, up to 4 GiB (default: 64 MiB).
    public var maximumSizeInBytes: Int
    /// How many problems are told before the parser stops (default: 20).
    public var maximumProblems: Int

    /// Options; each has its default.
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
