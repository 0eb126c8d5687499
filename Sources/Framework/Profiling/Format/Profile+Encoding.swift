internal import Formats

extension Profile {
    /// The profile as pprof reads it: `profile.proto` (github.com/google/pprof), compressed with gzip.
    ///
    /// Without memory for the compression it is not compressed, which pprof also reads.
    package func encoded() -> [UInt8] {
        let message = self.message()
        return message.withUnsafeBytes { GzipPacker.member($0, level: 6) } ?? message
    }

    /// The message, with the numbers of fields of `profile.proto`.
    func message() -> [UInt8] {
        var texts = TextTable()
        var profile = ProtobufWriter()
        for kind in kinds { profile.message(1) { $0.write(kind, &texts) } }
        for sample in samples { profile.message(2) { $0.write(sample.stack, values: sample.values, &texts) } }
        for (index, mapping) in mappings.enumerated() {
            profile.message(3) { $0.write(mapping, id: index + 1, &texts) }
        }
        let functions = FunctionTable(of: frames)
        for (index, frame) in frames.enumerated() {
            profile.message(4) { location in
                location.number(1, index + 1)
                location.number(2, frame.mapping.map { $0 + 1 } ?? 0)
                location.number(3, frame.address ?? 0)
                location.message(4) { $0.number(1, functions.numbers[index]) }
            }
        }
        for (index, function) in functions.functions.enumerated() {
            profile.message(5) { message in
                message.number(1, index + 1)
                message.number(2, texts.index(of: function.name))
                message.number(3, texts.index(of: function.linkerName))
            }
        }
        profile.number(9, startNanoseconds)
        profile.number(10, durationNanoseconds)
        profile.message(11) { $0.write(periodKind, &texts) }
        profile.number(12, period)
        for comment in comments { profile.number(13, texts.index(of: comment)) }
        if let defaultType { profile.number(14, texts.index(of: defaultType)) }
        for text in texts.texts { profile.text(6, text) }
        return profile.bytes
    }
}

extension ProtobufWriter {
    fileprivate mutating func write(_ kind: Profile.Kind, _ texts: inout TextTable) {
        number(1, texts.index(of: kind.type))
        number(2, texts.index(of: kind.unit))
    }

    fileprivate mutating func write(_ sample: Profile.Sample, values: [Int], _ texts: inout TextTable) {
        packed(1, sample.frames.map { $0 + 1 })
        packed(2, values)
        for label in sample.labels {
            let key = texts.index(of: label.key)
            message(3) { message in
                message.number(1, key)
                switch label.content {
                case .text(let text): message.number(2, texts.index(of: text))
                case .number(let number, let unit):
                    message.number(3, number)
                    message.number(4, texts.index(of: unit))
                }
            }
        }
    }

    fileprivate mutating func write(_ mapping: Profile.Mapping, id: Int, _ texts: inout TextTable) {
        number(1, id)
        number(2, mapping.start)
        number(3, mapping.limit)
        number(4, mapping.offset)
        number(5, texts.index(of: mapping.path))
        number(6, texts.index(of: mapping.buildID))
        // Without this, pprof would look for a file with this name on the machine where it runs, and name them itself.
        flag(7, true)
    }
}

/// The texts of a profile, each once; messages refer to them by index, and the first one is empty.
private struct TextTable {
    private(set) var texts = [""]
    private var indexes = ["": 0]

    mutating func index(of text: String) -> Int {
        if let index = indexes[text] { return index }
        indexes[text] = texts.count
        texts.append(text)
        return texts.count - 1
    }
}

/// The functions of frames, each once; several places in one function are several frames.
private struct FunctionTable {
    struct Function: Hashable {
        var name: String
        var linkerName: String
    }

    private(set) var functions: [Function] = []
    /// For each frame the ID of its function, counted from 1.
    private(set) var numbers: [Int] = []

    init(of frames: [Profile.Frame]) {
        var known: [Function: Int] = [:]
        for frame in frames {
            // pprof takes a name apart, as one of C++, unless it differs from that of the linker. A sentence with
            // brackets would lose them.
            let function = Function(name: frame.name, linkerName: frame.linkerName ?? "\(frame.name) ")
            if known[function] == nil {
                functions.append(function)
                known[function] = functions.count
            }
            numbers.append(known[function] ?? 0)
        }
    }
}
