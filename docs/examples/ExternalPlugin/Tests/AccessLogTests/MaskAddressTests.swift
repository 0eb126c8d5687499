import PluginKit
import PluginTestKit
import Testing

@testable import AccessLog

@Suite struct MaskAddressTests {
    @Test func `keeps the contract of a transform`() async throws {
        let visits = Batch(
            ["n": .integer, "address": .text],
            records: [[1, "203.0.113.7"], [2, "2001:db8:1:2::7"], [3, "host.example"], [4, nil]]
        )
        let masked = try await TransformContract.verify(MaskAddress.self, options: "of = 'address'", input: visits)
        #expect(masked.records == [[1, "203.0.113.0"], [2, "2001:db8:1::"], [3, nil], [4, nil]])
    }

    @Test(arguments: [
        ("203.0.113.7", 1, "203.0.0.0" as String?), ("203.0.113.7", 2, "203.0.0.0"), ("203.0.113.7", 3, "203.0.113.0"),
        ("::1", 3, "::"), ("FE80::1%eth0", 3, "fe80::"), ("203.0.113", 3, nil), ("203.0.113.256", 3, nil), ("", 3, nil),
    ])
    func `an address keeps its first part`(address: String, keep: Int, masked: String?) {
        #expect(MaskAddress.mask(address, keeping: keep) == masked)
    }

    @Test func `a column that holds no text is refused where the option stands`() throws {
        let problem = #expect(throws: Diagnostic.self) {
            _ = try Bench().transform(MaskAddress.self, options: "of = 'n'", input: ["n": .integer])
        }
        #expect(
            problem?.rendered() == """
                options:1:6: error[schema.kind]: the column 'n' holds integer, and not text
                    1 | of = 'n'
                      |      ^^^ name another column, or convert this one
                """
        )
    }
}
