import PluginKit

/// Writes the first column, whatever it is, and states that it needs none.
struct UnaskedSink: Sink {
    static let name = "unasked"
    static let summary = "Writes a column that it does not state to need."
    static let commitment = Commitment.files

    struct Options: OptionGroup {
        @Option("Where to write.") var path: OutputPath
    }

    let needs = Needs.columns([])
    private let file: OutputFile

    init(_ options: Options, input: Schema, in context: StageContext) {
        file = OutputFile(options.path.path(in: context.run))
    }

    func begin(at mark: Int?, attempt: Int) {}

    func write(_ batch: inout Batch, at mark: Int?) throws -> Int {
        let field = Field(index: 0, kind: .integer)
        let bytes = (0..<batch.count).map { UInt8(ascii: "0") + UInt8((batch.integer($0, in: field) ?? 0) % 10) }
        return try file.write(bytes.span, at: mark ?? 0)
    }

    func parts(at mark: Int) -> [StagedFile] {
        [StagedFile(file.temporaryPath, bytes: mark, records: mark)]
    }

    func finish(at mark: Int?) throws -> Delivery<Int> {
        let mark = mark ?? 0
        return Delivery(at: mark, files: [try file.complete(upTo: mark, records: mark)], written: mark)
    }

    func abandon(at mark: Int?) { file.discard() }
}

/// Puts the first column into a new one, and states that it needs none.
struct UnaskedTransform: MapTransform {
    static let name = "unasked"
    static let summary = "Uses a column that it does not state to need."

    let output: Schema = ["double": .integer]
    let needs = Needs(made: ["double": []], keepsOtherColumns: false)

    init(_ options: NoOptions, input: Schema, in context: StageContext) {}

    func apply(to batch: inout Batch) {
        let numbers = (0..<batch.count).map { batch.integer($0, in: Field(index: 0, kind: .integer)) }
        batch.reshape(to: output)
        let field = Field(index: 0, kind: .integer)
        batch.replace(field) { _, out in
            for number in numbers { out.append(number.map { .integer($0 * 2) } ?? .null) }
        }
    }
}

/// Says another time that its data is other data.
struct RestlessSource: PlainSource {
    static let name = "restless"
    static let summary = "Has another fingerprint each time that it is asked."

    struct Options: OptionGroup {
        @Option("Whether it has one fingerprint only.") var rests = false
    }

    /// Outlives the sources, as a file does that is touched.
    private static let asked = Locked(0)

    let schema: Schema = ["n": .integer]
    private let rests: Bool

    init(_ options: Options, in context: StageContext) { rests = options.rests }

    var fingerprint: String? {
        guard !rests else { return "1" }
        return Self.asked.withLock { asked in
            asked += 1
            return "\(asked)"
        }
    }

    func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> {
        let first = cursor ?? 0
        for number in first..<first + 3 { batch.append([.integer(Int64(number))]) }
        return first < 6 ? .at(first + 3) : .end
    }
}

/// Has an option of a name that every stage has.
struct ReservedSource: PlainSource {
    static let name = "reserved"
    static let summary = "Has an option that no pipeline file can set."

    struct Options: OptionGroup {
        @Option("Its name.") var name: String
    }

    let schema: Schema = ["n": .integer]

    init(_ options: Options, in context: StageContext) {}

    func read(at cursor: Int?, into batch: inout Batch) -> Next<Int> {
        batch.append([.integer(1)])
        return .end
    }
}

/// Lets every call pass, and has an option of a name that every layer has.
struct ReservedLayer: Middleware {
    static let name = "reserved"
    static let summary = "Has an option that no pipeline file can set."
    static let wraps: Set<CallKind> = [.page]

    struct Options: OptionGroup {
        @Option("What it uses.") var use: String
    }

    init(_ options: Options, in context: StageContext) {}

    func handle<Input: Sendable, Output: Sendable>(
        _ call: Call<Input, Output>,
        next: @escaping @Sendable (Call<Input, Output>) async throws -> Output
    ) async throws -> Output {
        try await next(call)
    }
}
