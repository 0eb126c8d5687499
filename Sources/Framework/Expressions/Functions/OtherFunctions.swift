internal import Diagnostics
internal import Formats
internal import Records

extension FunctionTable {
    /// Digests, encodings, and texts with a structure.
    static let otherFunctions: [Function] = [
        Function(
            "hash",
            group: .other,
            summary: "A number of 64 bits that depends on the values alone, the same in every run and version.",
            example: #"hash("tt0078748", 1979) == hash("tt0078748", 1979.0)"#,
            result: "true",
            [
                Overload(
                    [.any],
                    repeatsLast: true,
                    gives: .integer,
                    nulls: .passed,
                    make: { call in
                        let types = (0..<call.count).map { call.arguments[$0].type }
                        return .integer { arguments in
                            var hash = StableHash()
                            for (index, type) in types.enumerated() {
                                hash.add(arguments, at: index, type: arguments.isNull(index) ? nil : type)
                            }
                            return hash.value
                        }
                    }
                )
            ]
        ),
        digest(
            "sha256",
            summary: "The SHA-256 digest of a text or of bytes, in 64 hexadecimal digits.",
            example: #"left(sha256("abc"), 8)"#,
            result: #""ba7816bf""#
        ) { bytes in
            var digest = SHA256()
            digest.update(UnsafeRawBufferPointer(bytes))
            let (one, two, three, four) = digest.value
            return [one, two, three, four].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
            }
        },
        digest(
            "md5",
            summary: "The MD5 digest of a text or of bytes, in 32 hexadecimal digits; not for secrets.",
            example: #"md5("abc")"#,
            result: #""900150983cd24fb0d6963f7d28e17f72""#,
            digest: MD5.digest
        ),
        Function(
            "base64",
            group: .other,
            summary: "A text or bytes as base64 (RFC 4648).",
            example: #"base64("Amélie")"#,
            result: #""QW3DqWxpZQ==""#,
            [ValueType.text, .bytes].map { type in
                Overload(
                    [Parameter(type)],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        var text: [UInt8] = []
                        Base64.append(arguments.text(0).span, to: &text)
                        try out.append(text)
                        return true
                    }
                )
            }
        ),
        Function(
            "from_base64",
            group: .other,
            summary: "The text that base64 (RFC 4648, with its padding) stands for.",
            example: #"from_base64("QW3DqWxpZQ==")"#,
            result: #""Amélie""#,
            [
                Overload(
                    [.text],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        guard let bytes = Base64.bytes(of: arguments.text(0).span) else {
                            throw .cast("the text is not base64")
                        }
                        guard String(validating: bytes, as: UTF8.self) != nil else {
                            throw .cast("the bytes are not a text in UTF-8")
                        }
                        try out.append(bytes)
                        return true
                    }
                )
            ]
        ),
        Function(
            "json_value",
            group: .other,
            summary:
                "What is at a path of a JSON text: a string as it is, another value as JSON; null if there is nothing.",
            example: #"json_value("{\"ids\": {\"imdb\": [\"tt1\", \"tt2\"]}}", "ids.imdb[1]")"#,
            result: #""tt2""#,
            usage: #"json_value(extra, "ids.imdb")"#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "a path", form: .constant)],
                    gives: .text,
                    canGiveNull: true,
                    make: jsonValue
                )
            ]
        ),
        Function(
            "url_part",
            group: .other,
            summary: "The scheme, user, host, port, path, query or fragment of a URL (RFC 3986); null if it has none.",
            example: #"url_part("https://example.org:8080/a?b=1", "host")"#,
            result: #""example.org""#,
            usage: #"url_part(link, "host")"#,
            [
                Overload(
                    [.text, Parameter(.text, phrase: "a part", form: .constant)],
                    gives: .text,
                    canGiveNull: true,
                    make: { (call) throws(Diagnostic) in
                        guard let part = URLPart(rawValue: call.text(1) ?? "") else {
                            throw Diagnostic(
                                "expression.range",
                                message: "a URL has no part '\(call.text(1) ?? "")'",
                                at: call.place(1),
                                hint: "the parts are " + URLPart.allCases.map(\.rawValue).joined(separator: ", ")
                            )
                        }
                        return .slice { part.range(in: $0.text(0)) }
                    }
                )
            ]
        ),
    ]

    private static func digest(
        _ name: String,
        summary: String,
        example: String,
        result: String,
        digest: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> [UInt8]
    ) -> Function {
        Function(
            name,
            group: .other,
            summary: summary,
            example: example,
            result: result,
            [ValueType.text, .bytes].map { type in
                Overload(
                    [Parameter(type)],
                    gives: .text,
                    kernel: .text { (arguments, out) throws(Failure) in
                        for byte in digest(arguments.text(0)) { try appendHex(byte, to: &out) }
                        return true
                    }
                )
            }
        )
    }

    @Sendable private static func jsonValue(_ call: borrowing Call) throws(Diagnostic) -> Kernel {
        guard let path = JSONPath(call.text(1) ?? "") else {
            throw Diagnostic(
                "expression.range",
                message: "'\(call.text(1) ?? "")' is not a path within JSON",
                at: call.place(1),
                hint: #"such as ids.imdb, actors[0].name or ["first name"]"#
            )
        }
        return .text { (arguments, out) throws(Failure) in
            switch path.look(in: arguments.text(0)) {
            case .nothing: return false
            case .damaged: throw .cast("the text is not JSON")
            case .string(let bytes), .value(let bytes):
                try out.append(bytes)
                return true
            }
        }
    }
}
