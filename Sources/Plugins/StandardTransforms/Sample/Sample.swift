package import PluginKit

/// Keeps a random part of the records, the same one in every run.
package struct Sample: Transform {
    package static let name = "sample"
    package static let summary = "Keeps a random part of the records, the same one in every run."
    package static let details = """
        With `share`, each record is kept with this probability, on its own, so that their number is not exact. With \
        `records`, exactly that many are kept, or all if there are fewer: each choice is equally likely, the order \
        stays, and they come when all records have been read. They are held in memory until then; `memory` is the \
        limit, and a run that needs more stops with `sample.memory`.

        The same records in the same order with the same `seed` give the same sample, however the run is divided, \
        stopped and resumed. With `by`, what is kept depends on the values of these columns alone: all records of a \
        user, or none, whatever their order; then `share` is that of the users. Null is a value like any other.
        """
    package static let example: String? = """
        [[transform]]
        use = "sample"
        share = 0.1
        by = ["user"]
        """

    package struct Options: OptionGroup {
        @Option("The probability with which a record is kept.", in: 0.0...1.0)
        package var share: Double?

        @Option("How many records are kept.", in: 1...1_000_000_000)
        package var records: Int?

        @Option("Another sample for each number.")
        package var seed = 0

        @Option("The columns that decide which records are kept together. Default: each record on its own.")
        package var by: [ColumnName] = []

        @Option("How much memory the kept records may take; the run stops if they need more.", in: KeyMemory.limits)
        package var memory = ByteCount(256 << 20)

        package init() {}
    }

    package let outputs: [Output]
    package var needsWhole: String? {
        key.isEmpty || records != nil ? "what is kept depends on the number of records before" : nil
    }
    private let key: [Field]
    /// The numbers below which a draw keeps its record; nil for all.
    private let threshold: UInt64?
    private let records: Int?
    private let seed: UInt64
    private let bound: Int
    private let pageSize: Int

    package init(_ options: Options, inputs: Inputs, in context: StageContext) throws {
        let input = inputs.main
        key = try KeyColumns.fields(options.by, of: input, at: options.$by)
        guard (options.share == nil) != (options.records == nil) else {
            throw Diagnostic(
                "sample.size",
                message: options.share == nil ? "the size of the sample is missing" : "the sample has two sizes",
                at: options.$records,
                hint: "state either 'share', such as 0.1, or 'records', such as 1000"
            )
        }
        if options.records != nil, !key.isEmpty {
            throw Diagnostic(
                "sample.by",
                message: "with 'by' the number of records is not known in advance",
                at: options.$by,
                hint: "state 'share' instead of 'records', or remove 'by'"
            )
        }
        // 1 keeps all; below it, the product is less than 2 to the power of 64.
        threshold = options.share.flatMap { $0 >= 1 ? nil : UInt64($0 * 0x1p64) }
        records = options.records
        seed = UInt64(bitPattern: Int64(options.seed))
        bound = options.memory.bytes
        pageSize = context.batchSize(columns: input.width)
        outputs = [Output(input)]
    }

    /// How many records have come, and which are kept so far.
    package struct Memory {
        fileprivate var count: UInt64
        fileprivate var kept: Reservoir?
    }

    package func makeMemory(_ files: SpillFolder) -> Memory {
        Memory(count: 0, kept: records.map { Reservoir(outputs[0].schema, most: $0) })
    }

    package func bytesInMemory(_ memory: borrowing Memory, table: borrowing Void) -> Int? {
        memory.kept?.bytes
    }

    package func store(_ memory: inout Memory, to writer: inout StateWriter) {
        Int64(bitPattern: memory.count).write(to: &writer)
        memory.kept?.write(to: &writer)
    }

    package func restore(from reader: inout StateReader, files: SpillFolder) throws -> Memory {
        let count = UInt64(bitPattern: try Int64(from: &reader))
        guard let records else { return Memory(count: count, kept: nil) }
        return Memory(count: count, kept: try Reservoir(outputs[0].schema, most: records, from: &reader))
    }

    package func apply(
        to batch: inout Batch,
        table: borrowing Void,
        memory: inout Memory,
        outputs: inout Outputs
    ) throws {
        let first = memory.count
        memory.count &+= UInt64(batch.count)
        if memory.kept != nil {
            memory.kept?.add(batch, draws: (0..<batch.count).map { Self.draw(first &+ UInt64($0), seed: seed) })
            batch.absorb()
            guard let size = memory.kept?.bytes, size > bound else { return }
            // It holds records that are pushed out already; only the sample itself counts.
            memory.kept?.arrange()
            guard let size = memory.kept?.bytes, size > bound else { return }
            throw Diagnostic(
                "sample.memory",
                message: "the sample takes more than \(ByteCount(bound).literal.filter { $0 != "\"" })",
                hint: "allow more with 'memory', or keep fewer records"
            )
        }
        guard let threshold else { return }
        if key.isEmpty {
            batch.keep { _, row in Self.draw(first &+ UInt64(row), seed: seed) < threshold }
        } else {
            let keys = KeyList(key, of: batch)
            batch.keep { _, row in Self.draw(Self.hash(row, of: keys), seed: seed) < threshold }
        }
    }

    package func drain(_ memory: inout Memory, page: Int, outputs: inout Outputs) -> Drained {
        memory.kept?.drain(page: page, rows: pageSize, into: &outputs[0]) ?? .end
    }

    /// A number that looks like chance: SplitMix64 (Steele, Lea, Flood 2014).
    private static func draw(_ number: UInt64, seed: UInt64) -> UInt64 {
        mixed(mixed(seed) &+ number &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A hash of a key that is the same in every run (FNV-1a, 64 bits); those of `KeyList` are of this process.
    private static func hash(_ row: Int, of keys: borrowing KeyList) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in keys.range(of: row) { hash = (hash ^ UInt64(keys.bytes[index])) &* 0x0100_0000_01B3 }
        return hash
    }

    private static func mixed(_ number: UInt64) -> UInt64 {
        var number = number &+ 0x9E37_79B9_7F4A_7C15
        number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
        return number ^ number >> 31
    }
}

extension Sample {
    /// The columns that decide; with a number of records, all, because the records are held.
    package var needs: Needs { .columns(key.map { outputs[0].schema.columns[$0.index].name }) }
}
