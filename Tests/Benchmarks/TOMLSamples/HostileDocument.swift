/// A document made to be slow, or to take a parser down.
public struct HostileDocument: Sendable {
    /// What it is.
    public let name: String
    /// The document.
    public let bytes: [UInt8]
    /// The code, without `toml.`, of the first thing that is wrong with it; nil if it is valid.
    public let code: String?

    private init(_ name: String, _ bytes: [UInt8], _ code: String? = nil) {
        self.name = name
        self.bytes = bytes
        self.code = code
    }

    /// All of them, each of about `size` bytes.
    public static func all(size: Int) -> [HostileDocument] {
        valid(size) + brackets(size) + strings(size) + mistakes(size)
    }

    private static func valid(_ size: Int) -> [HostileDocument] {
        [
            HostileDocument("keys of one table", filled(size) { "k\($0)=1\n" }),
            HostileDocument("keys of an inline table", bytes("a={") + filled(size) { "k\($0)=1," } + bytes("}")),
            HostileDocument("dotted keys", filled(size) { "a.k\($0)=1\n" }),
            HostileDocument("dotted keys, deep", filled(size) { "k\($0).\(deepKey)=1\n" }),
            HostileDocument("keys with escapes", filled(size) { "\"\\u0061\($0)\"=1\n" }),
            HostileDocument("keys below a deep header", bytes("[\(deepKey)]\n") + filled(size) { "k\($0)=1\n" }),
            HostileDocument("headers", filled(size) { "[a.k\($0)]\n" }),
            HostileDocument("headers, deep", filled(size) { "[k\($0).\(deepKey)]\n" }),
            HostileDocument("[[x]] headers", filled(size) { _ in "[[x]]\n" }),
            HostileDocument("[a.b] and [[a.c]] in turn", filled(size) { "[a.b\($0)]\n[[a.c]]\n" }),
            HostileDocument("[[a]], [a.b], [[a.c]]", filled(size) { _ in "[[a]]\n[a.b]\n[[a.c]]\n" }),
            HostileDocument("array of integers", bytes("a=[") + filled(size) { _ in "0," } + bytes("]")),
            HostileDocument("array of tables", bytes("a=[") + filled(size) { _ in "{}," } + bytes("]")),
            HostileDocument("long comment", bytes("#") + filled(size) { _ in "x" }),
            HostileDocument("many comments", filled(size) { _ in "#\n" }),
            HostileDocument("blank lines", filled(size) { _ in "\r\n" }),
            HostileDocument("long key", filled(size) { _ in "a" } + bytes("=1")),
            HostileDocument("zeros", bytes("a=0x") + filled(size) { _ in "0" }),
            HostileDocument("decimals", bytes("a=0.") + filled(size) { _ in "1" }),
        ]
    }

    private static func brackets(_ size: Int) -> [HostileDocument] {
        [
            HostileDocument("open [", bytes("a=") + filled(size) { _ in "[" }, "too-deep"),
            HostileDocument("open {", bytes("a=") + filled(size) { _ in "{a=" }, "too-deep"),
            HostileDocument("parts of a header", bytes("[") + filled(size) { _ in "a." } + bytes("a]"), "too-deep"),
            HostileDocument("parts of a key", filled(size) { _ in "a." } + bytes("a=1"), "too-deep"),
            HostileDocument("lines of [", filled(size) { _ in "[\n" }, "missing-key"),
        ]
    }

    private static func strings(_ size: Int) -> [HostileDocument] {
        [
            HostileDocument("long string", bytes("a=\"") + filled(size) { _ in "x" } + bytes("\"")),
            HostileDocument("long string of lines", bytes("a='''") + filled(size) { _ in "x\n" } + bytes("'''")),
            HostileDocument("escapes", bytes("a=\"") + filled(size) { _ in "\\n" } + bytes("\"")),
            HostileDocument("runs of quotes", bytes("a=") + filled(size) { _ in "\"" }, "unexpected"),
            HostileDocument("lines of quotes", filled(size) { _ in "\"\"\"\n" }, "multiline-key"),
            HostileDocument(
                "quotes without end",
                bytes("a=[1 2\n") + filled(size) { _ in "\\\"\"\"\n" },
                "missing-comma"
            ),
            HostileDocument("strings without end", filled(size) { _ in "a=[\"\n" }, "unterminated-string"),
        ]
    }

    private static func mistakes(_ size: Int) -> [HostileDocument] {
        var dice = Dice()
        return [
            HostileDocument(
                "mistake at the line's end",
                bytes("a=[") + filled(size) { _ in "1," } + bytes("x]"),
                "unknown-value"
            ),
            HostileDocument("wrong lines", filled(size) { _ in "a b\n" }, "missing-equals"),
            HostileDocument("one key again and again", filled(size) { _ in "a=1\n" }, "duplicate-key"),
            HostileDocument(
                "one key in one table",
                bytes("a={") + filled(size) { _ in "a=1," } + bytes("}"),
                "duplicate-key"
            ),
            HostileDocument("one header again and again", filled(size) { _ in "[a]\n" }, "duplicate-table"),
            HostileDocument("NULs", [UInt8](repeating: 0, count: size), "control-character"),
            HostileDocument("carriage returns", [UInt8](repeating: 13, count: size), "control-character"),
            HostileDocument("bytes at random", (0..<size).map { _ in UInt8(dice.roll(256)) }, "invalid-utf8"),
            HostileDocument("damaged lines", bytes("#") + filled(size) { _ in "#" } + [0xFF], "invalid-utf8"),
            HostileDocument("digits", bytes("a=") + filled(size) { _ in "1" }, "number-range"),
            HostileDocument("dots", filled(size) { _ in "." }, "missing-key"),
        ]
    }

    /// A key of 120 parts.
    private static let deepKey = Array(repeating: "a", count: 120).joined(separator: ".")

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func filled(_ size: Int, _ part: (Int) -> String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size + 256)
        var number = 0
        while bytes.count < size {
            bytes += part(number).utf8
            number += 1
        }
        return bytes
    }
}

extension HostileDocument: CustomStringConvertible {
    /// Its name; its bytes would fill pages.
    public var description: String { name }
}
