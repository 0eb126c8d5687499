import Diagnostics
import Formats
import Glibc
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

    /// A machine with a database of its own and nothing else.
    private func machine(_ environment: [String: String] = [:]) -> TimeZones {
        TimeZones(environment: environment, folders: [folder.path("zones")], machine: folder.path("etc"))
    }

    private func write(zone: String, secondsEast: Int32) throws {
        try folder.write(Self.file(secondsEast: secondsEast, abbreviation: "XXX"), to: "zones/\(zone)")
    }

    /// The names of the table, those of a zone together, without those that need no file.
    private static let groups = Set(TimeZoneNames.all.map { TimeZoneNames.same(as: $0) })
        .filter { !($0.first ?? "").hasPrefix("Etc/") }

    @Test func `every old name is found under its zone's present one, and the other way round`() throws {
        for (number, group) in Self.groups.enumerated() {
            let zone = try #require(group.first)
            // A database of today without old names; and one from before the renaming, with one old name alone.
            for (turn, present) in ([zone] + group.dropFirst().prefix(1)).enumerated() {
                let folder = try TemporaryFolder()
                let east = Int32(number * 60)
                try folder.write(Self.file(secondsEast: east, abbreviation: "XXX"), to: present)
                let zones = TimeZones(environment: [:], folders: [folder.path], machine: folder.path("etc"))
                for name in group {
                    let rules = try zones.rules(for: name)
                    #expect(rules.offset(at: 0) == Int(east), "\(name), with \(present) (\(turn))")
                    #expect(rules.name == name)
                }
            }
        }
    }

    @Test func `a known zone that this machine lacks is the machine's fault, whichever it is`() throws {
        for name in Self.groups.flatMap(\.self) {
            let error = #expect(throws: Diagnostic.self) { try machine().rules(for: name) }
            #expect(error?.code == "environment.time-zones", "\(name)")
            #expect(error?.message.contains("'\(name)'") == true)
            #expect(error?.hint?.contains("'tzdata'") == true)
        }
    }

    @Test func `a machine without a database is told from one whose database lacks a zone`() throws {
        let none = #expect(throws: Diagnostic.self) { try machine().rules(for: "Asia/Calcutta") }
        #expect(
            none?.rendered() == """
                error[environment.time-zones]: this machine has no time zone database, so the days of \
                'Asia/Calcutta' cannot be determined
                  hint: install the package 'tzdata', in a container too, or set TZDIR to a folder with one
                """
        )
        try write(zone: "Europe/London", secondsEast: 0)
        let lacking = #expect(throws: Diagnostic.self) { try machine().rules(for: "Asia/Calcutta") }
        #expect(
            lacking?.rendered() == """
                error[environment.time-zones]: the time zone database of this machine has no 'Asia/Calcutta'
                  hint: install the newest package 'tzdata' ('tzdata-legacy' for old names on Debian and Ubuntu), or \
                set TZDIR to a folder with a complete database
                """
        )
        let misspelt = #expect(throws: Diagnostic.self) { try machine().rules(for: "Asia/Calcuta") }
        #expect(
            misspelt?.rendered() == """
                error[zone.unknown]: there is no time zone 'Asia/Calcuta'
                  hint: did you mean 'Asia/Calcutta'?
                """
        )
    }

    @Test(arguments: zip(["UTC", "Etc/UCT", "Zulu", "GMT", "Greenwich", "Etc/GMT0"], repeatElement(0, count: 6)))
    func `universal time needs no file`(name: String, offset: Int) throws {
        #expect(try machine().rules(for: name).offset(at: 0) == offset)
    }

    // The sign is POSIX's: Etc/GMT+5 is west of Greenwich.
    @Test(arguments: zip(["Etc/GMT+5", "Etc/GMT+12", "Etc/GMT-1", "Etc/GMT-14"], [-18_000, -43_200, 3_600, 50_400]))
    func `zones of whole hours need no file`(name: String, offset: Int) throws {
        let rules = try machine().rules(for: name)
        #expect(rules.offset(at: 0) == offset)
        #expect(rules.name == name)
    }

    // MARK: The machine's own zone

    private func local(_ environment: [String: String] = [:]) throws -> TimeZoneRules {
        try machine(environment).rules(for: "local")
    }

    @Test func `without any setting the machine's zone is universal time`() throws {
        #expect(try local().name == "UTC")
        #expect(try local(["TZ": ""]).name == "UTC")
    }

    @Test func `the machine's zone is the file that 'localtime' is or leads to`() throws {
        try folder.write(Self.file(secondsEast: 3600, abbreviation: "XXX"), to: "etc/localtime")
        #expect(try local().offset(at: 0) == 3600)
        try folder.write("Europe/Paris\n", to: "etc/timezone")
        #expect(try local().name == "Europe/Paris")
        FileSystem.remove(folder.path("etc/localtime"))
        try write(zone: "Asia/Kolkata", secondsEast: 19_800)
        #expect(symlink(folder.path("zones/Asia/Kolkata"), folder.path("etc/localtime")) == 0)
        #expect(try local().offset(at: 0) == 19_800)
    }

    @Test(arguments: ["link", "name"])
    func `a zone that the machine names and does not have is found by its successor, or an error`(way: String) throws {
        try folder.write("", to: "etc/nothing")
        if way == "link" {
            #expect(symlink("/nowhere/zoneinfo/Asia/Calcutta", folder.path("etc/localtime")) == 0)
        } else {
            try folder.write("Asia/Calcutta\n", to: "etc/timezone")
        }
        let error = #expect(throws: Diagnostic.self) { try local() }
        #expect(error?.code == "environment.time-zones")
        #expect(error?.message.hasPrefix("the time zone of this machine is 'Asia/Calcutta', and ") == true)
        try write(zone: "Asia/Kolkata", secondsEast: 19_800)
        #expect(try local().offset(at: 0) == 19_800)
    }

    @Test func `a damaged 'localtime' is an error that names it`() throws {
        try folder.write("no zone", to: "etc/localtime")
        let error = #expect(throws: Diagnostic.self) { try local() }
        #expect(error?.code == "environment.time-zones")
        #expect(error?.message.contains(folder.path("etc/localtime")) == true)
    }

    // POSIX.1-2017 §8.3: offsets are west of Greenwich, times from 0 to 24 hours, days as Mm.w.d, Jn and n.
    @Test(arguments: [
        ("EST5", 0, -18_000), ("EST+5", 0, -18_000), ("IST-5:30", 0, 19_800), ("XXX-5:45:30", 0, 20_730),
        ("<+03>-3", 0, 10_800), ("<-0330>3:30", 0, -12_600), ("UTC0", 0, 0), ("XXX24", 0, -86_400),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 1_720_000_000, 7200), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_735_000_000, 3600),
        ("CET-1CEST-2,J60/0,J300/24:00:00", 1_720_000_000, 7200),
        ("NZST-12NZDT,M9.5.0,M4.1.0/3", 1_735_000_000, 46_800),
        ("XXX0YYY,59/1:30,299", 1_720_000_000, 3600), ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_735_000_000, 0),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 1_720_000_000, -3600), (":EST5", 0, -18_000),
    ])
    func `TZ is read in every form that POSIX has`(rule: String, seconds: Int64, offset: Int) throws {
        #expect(try local(["TZ": rule]).offset(at: seconds) == offset)
    }

    @Test func `TZ names zones as the C library takes them: files first, old names, paths`() throws {
        try write(zone: "EST5EDT", secondsEast: 1)
        try write(zone: "Asia/Kolkata", secondsEast: 19_800)
        #expect(try local(["TZ": "EST5EDT"]).offset(at: 0) == 1)
        #expect(try local(["TZ": ":Asia/Calcutta"]).offset(at: 0) == 19_800)
        #expect(try local(["TZ": folder.path("zones/Asia/Kolkata")]).offset(at: 0) == 19_800)
        #expect(try local(["TZ": ":" + folder.path("zones/Asia/Kolkata")]).offset(at: 0) == 19_800)
    }

    @Test(arguments: [
        (
            "CET-1CEST", "TZ is 'CET-1CEST', which does not state when daylight saving time begins and ends",
            "name the zone, as in TZ=Europe/Paris, or add the dates, as in TZ='CET-1CEST,M3.5.0,M10.5.0/3'"
        ),
        (
            "Europe/Pariss", "TZ is 'Europe/Pariss', which is neither the name of a time zone nor a rule for one",
            "did you mean TZ=Europe/Paris?"
        ),
        (
            "CET-1CEST,M3.5.0", "TZ is 'CET-1CEST,M3.5.0', which is neither the name of a time zone nor a rule for one",
            "such as TZ=Europe/Paris or TZ='<+03>-3'; a zone named in the pipeline needs no TZ"
        ),
        ("Europe/Paris", "TZ is 'Europe/Paris', and this machine has no time zone database", "'tzdata'"),
        ("/nowhere/zone", "TZ is '/nowhere/zone', which cannot be used: ", "TZ=Europe/Paris"),
    ])
    func `a TZ that cannot be read is an error that names it`(setting: String, message: String, hint: String) {
        let error = #expect(throws: Diagnostic.self) { try local(["TZ": setting]) }
        #expect(error?.code == "environment.time-zones")
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "")")
    }

    @Test(arguments: ["CET-1CEST", "nonsense", "/nowhere"])
    func `a TZ that cannot be read does no harm where a zone is named`(setting: String) throws {
        try write(zone: "Europe/Paris", secondsEast: 3600)
        #expect(try machine(["TZ": setting]).rules(for: "Europe/Paris").offset(at: 0) == 3600)
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
