import Testing

@testable import Formats

@Suite struct TimeZoneNamesTests {
    private static let groups = TimeZoneNames.table.split(separator: "\n").map { line in
        line.split(separator: " ").map(String.init)
    }

    // 345 zones but 'Factory', and 253 links: `grep -c ^Z` and `grep -c ^L` of the release's tzdata.zi.
    @Test func `the table has every zone and every link of its release, each name once`() {
        #expect(TimeZoneNames.version == "2026f")
        #expect(Self.groups.count == 344)
        #expect(TimeZoneNames.all.count == 344 + 253)
        #expect(Set(TimeZoneNames.all).count == TimeZoneNames.all.count)
        #expect(Self.groups.map(\.first) == Self.groups.map(\.first).sorted { $0 ?? "" < $1 ?? "" })
    }

    @Test(arguments: groups) func `each name of a zone leads to it`(group: [String]) {
        for name in group {
            #expect(TimeZoneNames.isKnown(name))
            #expect(TimeZoneNames.zone(of: name) == group.first)
            #expect(TimeZoneNames.same(as: name) == group)
        }
    }

    // From the file 'backward' of the tz database.
    @Test(arguments: [
        ("Asia/Calcutta", "Asia/Kolkata"), ("US/Pacific", "America/Los_Angeles"), ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Saigon", "Asia/Ho_Chi_Minh"), ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Pacific/Enderbury", "Pacific/Kanton"), ("America/Godthab", "America/Nuuk"), ("GB", "Europe/London"),
        ("EST", "America/Panama"), ("Zulu", "Etc/UTC"),
    ])
    func `an old name leads to its successor`(name: String, zone: String) {
        #expect(TimeZoneNames.zone(of: name) == zone)
    }

    @Test(arguments: ["", "Europe", "europe/paris", "Europe/Atlantis", "Factory", "local", "Europe/Paris "])
    func `what is no name is not known`(name: String) {
        #expect(!TimeZoneNames.isKnown(name))
        #expect(TimeZoneNames.zone(of: name) == nil)
        #expect(TimeZoneNames.same(as: name).isEmpty)
    }
}
