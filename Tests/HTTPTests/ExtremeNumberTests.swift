import PluginKit
import PluginTestKit
import Testing

@testable import HTTP

/// An answer may announce any length, age and time: it is whole, or an error.
@Suite struct ExtremeNumberTests {
    private static func answer(_ fields: [String], body: String, limit: Int) throws(AnswerFlaw) -> HTTPResponse {
        var reader = AnswerReader(isHead: false, isEncrypted: false, limit: limit)
        for line in ["HTTP/1.1 200 OK\r\n"] + fields.map({ "\($0)\r\n" }) + ["\r\n"] {
            let bytes = Array(line.utf8)
            var flaw: AnswerFlaw?
            bytes.withUnsafeBytes { line in
                do throws(AnswerFlaw) { try reader.takeLine(line) } catch { flaw = error }
            }
            if let flaw { throw flaw }
        }
        let bytes = Array(body.utf8)
        var flaw: AnswerFlaw?
        bytes.withUnsafeBytes { piece in
            do throws(AnswerFlaw) { try reader.takeBody(piece) } catch { flaw = error }
        }
        if let flaw { throw flaw }
        return try reader.finish()
    }

    @Test(arguments: Extremes.texts, [64, 64 << 20, 1 << 40, Int.max])
    func `any announced length is kept to, and costs no memory before the bytes come`(text: String, limit: Int) {
        do throws(AnswerFlaw) {
            let response = try Self.answer(["Content-Length: \(text)"], body: "hello", limit: limit)
            #expect(response.body.count == 5)
        } catch {
            #expect([.truncated, .tooLarge, .malformed].contains(error.kind), "\(text)")
        }
    }

    @Test(arguments: Extremes.texts)
    func `any status is an answer, or none`(text: String) {
        var reader = AnswerReader(isHead: false, isEncrypted: false, limit: 100)
        let lines = ["HTTP/1.1 \(text) OK\r\n", "HTTP/\(text) 200 OK\r\n", "\r\n"]
        for line in lines {
            Array(line.utf8).withUnsafeBytes { line in
                do throws(AnswerFlaw) { try reader.takeLine(line) } catch {}
            }
        }
    }

    @Test(arguments: Extremes.texts)
    func `exceptions from a proxy may have any numbers`(text: String) throws {
        for exception in ["10.0.0.0/\(text)", "[::1]/\(text)", "localhost:\(text)", "\(text)", "10.0.0.\(text)/8"] {
            let rules = ProxyRules(["http_proxy": "http://proxy:1", "no_proxy": exception])
            for address in ["http://10.0.0.1/", "http://[::1]:80/", "http://localhost:5/"] {
                let url = try HTTPURL(address)
                do throws(AnswerFlaw) {
                    #expect(["", "http://proxy:1"].contains(try rules.proxy(for: url)))
                } catch {
                    #expect(error.kind == .proxy)
                }
            }
        }
    }

    @Test(arguments: Extremes.integers)
    func `limits of time become milliseconds for the library`(seconds: Int64) {
        for length in [Duration.seconds(seconds), .milliseconds(seconds), .seconds(seconds) + .seconds(seconds)] {
            #expect(1...1_000_000_001 ~= length.inMilliseconds)
        }
    }
}
