import PluginKit
import Records
import Testing

@testable import Pipelines

@Suite struct KeptDescriptionsTests {
    private static let schema = Schema(
        Schema.Kind.allCases.map { Schema.Column($0.rawValue, kind: $0) } + [
            Schema.Column("list", kind: .text, holdsJSON: true)
        ]
    )

    private static let known = KeptDescriptions.Known(
        description: Description(
            schema,
            increment: Increment(column: "instant", key: ["integer", "text"], isKnownByKey: true, keepsAllKeys: true)
        ),
        fingerprint: "12 bytes",
        options: "1 abc"
    )

    @Test func `a description of every kind of column is what was kept`() {
        let bare = KeptDescriptions.Known(description: Description([:]), fingerprint: nil, options: "2")
        let kept = KeptDescriptions(KeptDescriptions(["films": Self.known, "plays": bare]).bytes)
        #expect(kept["films"]?.description == Self.known.description)
        #expect(kept["films"]?.description.schema.columns.last?.holdsJSON == true)
        #expect(kept["films"]?.fingerprint == "12 bytes")
        #expect(kept["films"]?.options == "1 abc")
        #expect(kept["plays"]?.description == bare.description)
        #expect(kept["plays"]?.fingerprint == nil)
        #expect(kept["others"]?.options == nil)
    }

    @Test func `nothing to keep is no bytes, and bytes that are damaged are nothing`() {
        #expect(KeptDescriptions([:]).bytes.isEmpty)
        let bytes = KeptDescriptions(["films": Self.known]).bytes
        for count in 0..<bytes.count { #expect(KeptDescriptions(Array(bytes[..<count]))["films"]?.options == nil) }
        #expect(KeptDescriptions(bytes + [0])["films"]?.options == nil)
    }
}
