internal import Platform

/// Samples of where something is spent or held, each with a stack, for `go tool pprof` and for browsers.
///
/// A stack consists of functions of the program, or of sentences that describe what the program does:
///
///     var profile = Profile(kinds: [Profile.Kind("goroutine", unit: "count")], period: Profile.Kind("goroutine", unit: "count"))
///     profile.add(frames: ["waiting for the server", "layer 'retry'", "source 'trakt'"], values: [1])
///     let bytes = profile.encoded()
package struct Profile: Sendable {
    /// What a value of a sample counts, such as `cpu` in `nanoseconds` or `inuse_space` in `bytes`.
    package struct Kind: Sendable, Hashable {
        /// What is counted.
        package let type: String
        /// The unit: `count`, `bytes`, `nanoseconds` and others that pprof converts.
        package let unit: String

        /// Creates a kind of values.
        package init(_ type: String, unit: String) {
            self.type = type
            self.unit = unit
        }
    }

    /// A property of a sample, by which pprof can select: `-tagfocus state=waiting`.
    package struct Label: Sendable, Hashable {
        /// What a label states.
        package enum Content: Sendable, Hashable {
            /// A text.
            case text(String)
            /// A number with its unit, such as `seconds`.
            case number(Int, unit: String)
        }

        /// The name of the property.
        package let key: String
        /// Its value.
        package let content: Content

        /// Creates a label with a text.
        package init(_ key: String, text: String) {
            self.key = key
            content = .text(text)
        }

        /// Creates a label with a number in a unit.
        package init(_ key: String, number: Int, unit: String) {
            self.key = key
            content = .number(number, unit: unit)
        }
    }

    /// A piece of memory with code, such as that of the program or of a library.
    package struct Mapping: Sendable, Hashable {
        /// Its first address.
        package var start: UInt64
        /// The address after its last byte.
        package var limit: UInt64
        /// Where its first byte is in the file, in bytes.
        package var offset: UInt64
        /// The file.
        package var path: String
        /// The build ID of the file as hexadecimal digits; empty if it has none.
        package var buildID: String
    }

    /// One level of a stack.
    package struct Frame: Sendable, Hashable {
        /// The name for people: a demangled function or a sentence.
        package var name: String
        /// The name that the linker knows; nil for a sentence.
        package var linkerName: String?
        /// Where the code is in memory; nil for a sentence.
        package var address: UInt64?
        /// The index of the memory with this code in `mappings`; nil if it is unknown.
        package var mapping: Int?
    }

    struct Sample: Sendable, Hashable {
        var frames: [Int]
        var labels: [Label]
    }

    /// What the values of each sample count, in their order.
    package let kinds: [Kind]
    /// What was counted to decide when to take a sample.
    package let periodKind: Kind
    /// How much of `periodKind` is between two samples; 1 if every occurrence is a sample.
    package let period: Int
    /// The type of the kind that pprof shows if none is chosen; nil for the last one.
    package let defaultType: String?
    /// When the recording began, in nanoseconds since 1970-01-01T00:00:00Z; 0 if that is not known.
    package var startNanoseconds = 0
    /// How long the recording took, in nanoseconds.
    package var durationNanoseconds = 0
    /// Remarks for readers, such as how many samples are missing.
    package var comments: [String] = []
    /// The memory with the code of the frames; the first one is the program.
    package var mappings: [Mapping] = []

    private(set) var frames: [Frame] = []
    private(set) var samples: [(stack: Sample, values: [Int])] = []
    private var frameIndexes: [Frame: Int] = [:]
    private var sampleIndexes: [Sample: Int] = [:]

    /// Creates a profile without samples.
    ///
    /// - Parameters:
    ///   - kinds: What each sample has a value of; at least one.
    ///   - periodKind: What was counted to decide when to take a sample.
    ///   - period: How much of that is between two samples.
    ///   - defaultType: The type of the kind to show first; nil for the last one.
    package init(kinds: [Kind], period periodKind: Kind, every period: Int = 1, defaultType: String? = nil) {
        precondition(!kinds.isEmpty, "a profile counts something")
        self.kinds = kinds
        self.periodKind = periodKind
        self.period = period
        self.defaultType = defaultType
    }

    /// Whether it has no sample.
    package var isEmpty: Bool { samples.isEmpty }

    /// The sum of the values of one kind, by its index in `kinds`, over all samples.
    package func total(of kind: Int) -> Int {
        guard kinds.indices.contains(kind) else { return 0 }
        return samples.reduce(0) { $0.adding(clamped: $1.values[kind]) }
    }

    /// Adds a sample with sentences as its stack.
    ///
    /// - Parameters:
    ///   - names: The sentences, the innermost first; at least one.
    ///   - values: A value for each of `kinds`. Those of samples with equal stacks and labels are added up.
    ///   - labels: Properties of the sample.
    package mutating func add(frames names: [String], values: [Int], labels: [Label] = []) {
        add(names.map { Frame(name: $0) }, values: values, labels: labels)
    }

    /// Adds a sample with a stack of functions, the innermost first; as above.
    package mutating func add(_ stack: [Frame], values: [Int], labels: [Label] = []) {
        precondition(values.count == kinds.count, "a sample has a value of each kind")
        let sample = Sample(frames: stack.map { index(of: $0) }, labels: labels)
        if let index = sampleIndexes[sample] {
            for (kind, value) in values.enumerated() {
                samples[index].values[kind] = samples[index].values[kind].adding(clamped: value)
            }
        } else {
            sampleIndexes[sample] = samples.count
            samples.append((sample, values))
        }
    }

    private mutating func index(of frame: Frame) -> Int {
        if let index = frameIndexes[frame] { return index }
        frameIndexes[frame] = frames.count
        frames.append(frame)
        return frames.count - 1
    }
}
