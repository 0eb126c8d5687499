internal import Diagnostics

/// A path in the form of `TOMLValue.path`: `source[0].page_size`, `"two words".x`.
struct ValuePath {
    let steps: [TOMLValue.Step]

    /// Parses a path.
    ///
    /// - Throws: `toml.path`, at the place in the path.
    init(_ path: String) throws(Diagnostic) {
        let source = SourceText(path, name: "path")
        let bytes = source.bytes
        do throws(Problem) {
            steps = try Self.steps(bytes.span)
        } catch {
            throw Diagnostic(
                "toml.path",
                message: "'\(path)' is not a path: \(error.message)",
                at: .text(source[error.offsets])
            )
        }
    }

    private static func steps(_ bytes: Span<UInt8>) throws(Problem) -> [TOMLValue.Step] {
        var scanner = Scanner(bytes, version: .v1_1)
        var steps: [TOMLValue.Step] = []
        while true {
            let key = try scanner.scanKeyPart()
            steps.append(.key(String(decoding: key.decoded(from: bytes), as: UTF8.self)))
            while scanner.byte == UInt8(ascii: "[") {
                let start = scanner.offset
                scanner.offset += 1
                guard scanner.byte.isDigit, case .integer(let index) = try scanner.scanNumber(),
                    scanner.byte == UInt8(ascii: "]"), index >= 0
                else { throw Problem(.path, message: "an index and ']' are expected", at: start..<scanner.offset) }
                scanner.offset += 1
                steps.append(.index(Int(index)))
            }
            if scanner.isAtEnd { return steps }
            guard scanner.byte == UInt8(ascii: ".") else {
                throw Problem(
                    .path,
                    message: "'.' or '[' is expected, found \(scanner.found(at: scanner.offset))",
                    at: scanner.offset..<scanner.offset + 1
                )
            }
            scanner.offset += 1
        }
    }
}
