import Formats
import PluginKit
import PluginTestKit
import Testing

@Suite struct TimeZoneTests {
    /// A database of one zone, two hours east of Greenwich all year, and a list of names.
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(Self.file(secondsEast: 7200, abbreviation: "EET"), to: "Europe/Nowhere")
        try folder.write(
            "# version test\nZ Europe/Nowhere 2 - EET\nL Europe/Nowhere Europe/Somewhere\n",
            to: "tzdata.zi"
        )
    }

    /// A file of version 1 without transitions (RFC 8536, section 3).
    private static func file(secondsEast: Int32, abbreviation: String) -> [UInt8] {
        let name = Array(abbreviation.utf8) + [0]
        let counts: [UInt32] = [0, 0, 0, 0, 1, UInt32(name.count)]
        var bytes = Array("TZif".utf8) + [UInt8](repeating: 0, count: 16)
        for count in counts { bytes += (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } }
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: secondsEast >> (24 - 8 * Int32($0))) }
        return bytes + [0, 0] + name
    }

    private func rules(_ name: String, _ environment: [String: String] = [:]) throws -> TimeZoneRules {
        let zones = TimeZones(environment: environment.merging(["TZDIR": folder.path]) { $1 })
        return try zones.rules(for: name)
    }

    @Test(arguments: zip(["Europe/Nowhere", "UTC", "Etc/UTC", "Z"], [7200, 0, 0, 0]))
    func `a zone is found by its name`(name: String, offset: Int) throws {
        #expect(try rules(name).offset(at: 0) == offset)
    }

    @Test(arguments: ["Europe/Nowhere", ":Europe/Nowhere"])
    func `the machine's own zone is the one that TZ names`(name: String) throws {
        let local = try rules("local", ["TZ": name])
        #expect(local.offset(at: 0) == 7200)
        #expect(local.name == "Europe/Nowhere")
    }

    @Test(arguments: zip(["UTC0", "EST5", "<+0530>-5:30", "CET-1CEST,M3.5.0,M10.5.0/3"], [0, -18000, 19800, 3600]))
    func `TZ may hold the rules themselves`(rule: String, offset: Int) throws {
        #expect(try rules("local", ["TZ": rule]).offset(at: 0) == offset)
    }

    @Test func `a damaged file is refused, not taken for another zone`() throws {
        try folder.write("no zone", to: "Europe/Damaged")
        #expect(throws: Diagnostic.self) { try rules("local", ["TZ": folder.path("Europe/Damaged")]) }
    }

    @Test func `TZ may name a file`() throws {
        #expect(try rules("local", ["TZ": folder.path("Europe/Nowhere")]).offset(at: 0) == 7200)
        #expect(try rules("local", ["TZ": "UTC"]).offset(at: 0) == 0)
    }

    @Test(arguments: [
        (
            "Europe/Nowere",
            "error[zone.unknown]: there is no time zone 'Europe/Nowere'\n  hint: did you mean 'Europe/Nowhere'?"
        ),
        (
            "europe/somewhere",
            "error[zone.unknown]: there is no time zone 'europe/somewhere'\n  hint: did you mean 'Europe/Somewhere'?"
        ),
        (
            "../Europe/Nowhere",
            """
            error[zone.unknown]: there is no time zone '../Europe/Nowhere'
              hint: did you mean 'Europe/Nowhere'?
            """
        ),
        (
            "tzdata.zi",
            """
            error[zone.unknown]: there is no time zone 'tzdata.zi'
              hint: an IANA name such as Europe/Paris or America/New_York; 'local' is this machine's
            """
        ),
        (
            "",
            """
            error[zone.unknown]: there is no time zone ''
              hint: an IANA name such as Europe/Paris or America/New_York; 'local' is this machine's
            """
        ),
    ])
    func `a zone that is not there is refused, with the nearest name`(name: String, message: String) {
        let error = #expect(throws: Diagnostic.self) { try rules(name) }
        #expect(error?.rendered() == message)
    }
}
