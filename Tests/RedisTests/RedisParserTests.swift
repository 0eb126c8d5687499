import PluginTestKit
import TestTags
import Testing

@testable import Redis

@Suite(.tags(.fuzz)) struct RedisParserTests {
    /// Everything that a text says, read in pieces of so many bytes.
    private func read(_ bytes: [UInt8], by step: Int, limit: Int = 1 << 20) throws -> [RedisValue] {
        var parser = RedisParser(limit: limit)
        var values: [RedisValue] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            parser.append(bytes[start..<min(bytes.count, start + step)])
            while let value = try parser.next() { values.append(value) }
        }
        return values
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `each kind of answer is read, in pieces of any size`(step: Int) throws {
        let text = """
            +OK\r\n-ERR no\r\n:42\r\n:-9223372036854775808\r\n$5\r\nhe\r\no\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n\
            *3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n$1\r\nb\r\n+\r\n
            """
        let expected: [RedisValue] = [
            .status("OK"), .error("ERR no"), .integer(42), .integer(.min), .bytes(Array("he\r\no".utf8)), .bytes([]),
            .null, .null, .array([]),
            .array([.integer(1), .array([.status("a"), .null]), .bytes([98])]), .status(""),
        ]
        #expect(try read(Array(text.utf8), by: step) == expected)
    }

    @Test(arguments: 1...200)
    func `what is written is read, in whatever pieces it comes`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let values = (0..<numbers.next(in: 1...20)).map { _ in Self.value(&numbers, depth: 0) }
        let bytes = values.flatMap(Self.bytes)
        var parser = RedisParser(limit: 1 << 20)
        var (read, start): ([RedisValue], Int) = ([], 0)
        while start < bytes.count {
            let end = min(bytes.count, start + numbers.next(in: 1...40))
            parser.append(bytes[start..<end])
            while let value = try parser.next() { read.append(value) }
            start = end
        }
        #expect(read == values)
    }

    @Test(arguments: 1...300)
    func `noise never traps, and never takes more than is allowed`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var bytes = (0..<5).flatMap { _ in Self.bytes(Self.value(&numbers, depth: 0)) }
        for _ in 0..<numbers.next(in: 1...5) {
            bytes[numbers.next(below: bytes.count)] = Array("+-:$*\r\n019a".utf8)[numbers.next(below: 11)]
        }
        _ = Result { try read(bytes, by: 13, limit: 1000) }
    }

    @Test(arguments: [
        ("\r\n", "an empty line"),
        ("?1\r\n", "a line that begins with the byte 63"),
        (":1x\r\n", "a malformed number"),
        (":+1\r\n", "a malformed number"),
        (":\r\n", "a malformed number"),
        (":9223372036854775808\r\n", "a malformed number"),
        ("$-2\r\n", "a negative count"),
        ("*-7\r\n", "a negative count"),
        ("+a\n", "a line with a wrong end"),
        ("$1\r\nab\r\n", "bytes without a line end"),
        ("$1001\r\n", "an answer of more than 1000 bytes"),
        ("*1001\r\n", "an answer of more than 1000 bytes"),
        ("*2\r\n$900\r\n\(String(repeating: "a", count: 900))\r\n$200\r\n", "an answer of more than 1000 bytes"),
        (String(repeating: "*1\r\n", count: 17), "nested arrays, 17 deep"),
        ("+" + String(repeating: "a", count: 1001), "a line that does not end"),
    ])
    func `what is no answer is refused`(text: String, reason: String) {
        for step in [1, 10_000] {
            #expect(throws: RedisParser.Mistake(reason)) { try read(Array(text.utf8), by: step, limit: 1000) }
        }
    }

    @Test(arguments: Extremes.texts)
    func `any number in an answer is read or refused`(text: String) throws {
        for answer in [
            ":\(text)\r\n", "$\(text)\r\nab\r\n", "*\(text)\r\n:1\r\n", "*2\r\n:\(text)\r\n$\(text)\r\n\r\n",
        ] {
            do {
                for value in try read(Array(answer.utf8), by: 1, limit: 1000) {
                    if case .integer(let number) = value { #expect(Int64(text) == number || number == 1) }
                }
            } catch let mistake as RedisParser.Mistake {
                #expect(!mistake.reason.isEmpty)
            }
        }
    }

    private static func value(_ numbers: inout SeededNumbers, depth: Int) -> RedisValue {
        switch numbers.next(below: depth < 3 ? 6 : 5) {
        case 0: .status(String(repeating: "x", count: numbers.next(below: 20)))
        case 1: .error("ERR \(numbers.next(below: 100))")
        case 2: .integer(Int64(bitPattern: numbers.next()))
        case 3: .bytes((0..<numbers.next(below: 100)).map { _ in UInt8(numbers.next(below: 256)) })
        case 4: .null
        default: .array((0..<numbers.next(below: 5)).map { _ in value(&numbers, depth: depth + 1) })
        }
    }

    private static func bytes(_ value: RedisValue) -> [UInt8] {
        switch value {
        case .status(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .integer(let number): Array(":\(number)\r\n".utf8)
        case .bytes(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + [13, 10]
        case .null: Array("$-1\r\n".utf8)
        case .array(let values): Array("*\(values.count)\r\n".utf8) + values.flatMap(self.bytes)
        }
    }
}
