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
        for kind in kinds { profile.message(field: 1) { $0.write(kind, texts: &texts) } }
        for sample in samples {
            profile.message(field: 2) { $0.write(sample.stack, values: sample.values, texts: &texts) }
        }
        for (index, mapping) in mappings.enumerated() {
            profile.message(field: 3) { $0.write(mapping, id: index + 1, texts: &texts) }
        }
        let functions = FunctionTable(of: frames)
        for (index, frame) in frames.enumerated() {
            profile.message(field: 4) { location in
                location.number(index + 1, field: 1)
                location.number(frame.mapping.map { $0 + 1 } ?? 0, field: 2)
                location.number(frame.address ?? 0, field: 3)
                location.message(field: 4) { $0.number(functions.numbers[index], field: 1) }
            }
        }
        for (index, function) in functions.functions.enumerated() {
            profile.message(field: 5) { message in
                message.number(index + 1, field: 1)
                message.number(texts.index(of: function.name), field: 2)
                message.number(texts.index(of: function.linkerName), field: 3)
            }
        }
        profile.number(startNanoseconds, field: 9)
        profile.number(durationNanoseconds, field: 10)
        profile.message(field: 11) { $0.write(periodKind, texts: &texts) }
        profile.number(period, field: 12)
        for comment in comments { profile.number(texts.index(of: comment), field: 13) }
        if let defaultType { profile.number(texts.index(of: defaultType), field: 14) }
        for text in texts.texts { profile.text(text, field: 6) }
        return profile.bytes
    }
}

extension ProtobufWriter {
    fileprivate mutating func write(_ kind: Profile.Kind, texts: inout TextTable) {
        number(texts.index(of: kind.type), field: 1)
        number(texts.index(of: kind.unit), field: 2)
    }

    fileprivate mutating func write(_ sample: Profile.Sample, values: [Int], texts: inout TextTable) {
        packed(sample.frames.map { $0 + 1 }, field: 1)
        packed(values, field: 2)
        for label in sample.labels {
            let key = texts.index(of: label.key)
            message(field: 3) { message in
                message.number(key, field: 1)
                switch label.content {
                case .text(let text): message.number(texts.index(of: text), field: 2)
                case .number(let number, let unit):
                    message.number(number, field: 3)
                    message.number(texts.index(of: unit), field: 4)
                }
            }
        }
    }

    fileprivate mutating func write(_ mapping: Profile.Mapping, id: Int, texts: inout TextTable) {
        number(id, field: 1)
        number(mapping.start, field: 2)
        number(mapping.limit, field: 3)
        number(mapping.offset, field: 4)
        number(texts.index(of: mapping.path), field: 5)
        number(texts.index(of: mapping.buildID), field: 6)
        // Without this, pprof would look for a file with this name on the machine where it runs, and name them itself.
        flag(true, field: 7)
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
