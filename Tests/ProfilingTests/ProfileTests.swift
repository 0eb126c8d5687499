import Testing

@testable import Profiling

@Suite struct ProfileTests {
    private func profile() -> Profile {
        var profile = Profile(
            kinds: [Profile.Kind("inuse_objects", unit: "count"), Profile.Kind("inuse_space", unit: "bytes")],
            period: Profile.Kind("space", unit: "bytes"),
            every: 512,
            defaultType: "inuse_space"
        )
        profile.add(frames: ["cells (8 columns)", "window", "source 'plays'"], values: [3, 4096])
        profile.add(
            frames: ["window", "source 'plays'"],
            values: [1, 10],
            labels: [Profile.Label("state", text: "waiting"), Profile.Label("since", number: 300, unit: "seconds")]
        )
        return profile
    }

    @Test func `a profile of sentences can be read back`() throws {
        var profile = profile()
        profile.comments = ["a remark"]
        profile.startNanoseconds = 1_700_000_000_000_000_000
        profile.durationNanoseconds = 5_000_000_000
        let read = try ProfileReader(packed: profile.encoded())
        #expect(read.kinds == ["inuse_objects/count", "inuse_space/bytes"])
        #expect(read.periodKind == "space/bytes")
        #expect(read.period == 512)
        #expect(read.defaultType == "inuse_space")
        #expect(read.comments == ["a remark"])
        #expect(read.start == 1_700_000_000_000_000_000)
        #expect(read.duration == 5_000_000_000)
        #expect(read.mappings == [])
        #expect(
            read.samples == [
                .init(stack: ["cells (8 columns)", "window", "source 'plays'"], values: [3, 4096], labels: [:]),
                .init(
                    stack: ["window", "source 'plays'"],
                    values: [1, 10],
                    labels: ["state": "waiting", "since": "300 seconds"]
                ),
            ]
        )
    }

    @Test func `equal stacks with equal labels are one sample`() throws {
        var profile = profile()
        profile.add(frames: ["window", "source 'plays'"], values: [1, 1])
        profile.add(frames: ["window", "source 'plays'"], values: [2, .max])
        let read = try ProfileReader(packed: profile.encoded())
        #expect(read.samples.map(\.values) == [[3, 4096], [1, 10], [3, .max]])
        #expect(profile.total(of: 0) == 7)
        #expect(profile.total(of: 1) == .max)
        #expect(profile.total(of: 2) == 0)
    }

    @Test func `a sentence is no name that pprof takes apart`() throws {
        let read = try ProfileReader(packed: profile().encoded())
        #expect(read.linkerNames.allSatisfy { $0.key != $0.value && !$0.value.isEmpty })
    }

    @Test func `code has addresses in mappings`() throws {
        var profile = profile()
        profile.mappings = [
            Profile.Mapping(start: 0x1000, limit: 0x3000, offset: 0x800, path: "/usr/bin/x", buildID: "00ff"),
            Profile.Mapping(start: 0x7fff_0000_0000, limit: .max, offset: 0, path: "[vdso]", buildID: ""),
        ]
        let (one, two) = (
            Profile.Frame(name: "f()", linkerName: "$s1fyyF", address: 0x1234, mapping: 0),
            Profile.Frame(name: "f()", linkerName: "$s1fyyF", address: 0x1250, mapping: 0)
        )
        profile.add([one, two, Profile.Frame(name: "[vdso]", address: .max - 1, mapping: 1)], values: [1, 1])
        let read = try ProfileReader(message: profile.message())
        #expect(read.samples.last?.stack == ["f()", "f()", "[vdso]"])
        #expect(read.linkerNames["f()"] == "$s1fyyF")
        #expect(read.addresses.suffix(3).map(\.address) == [0x1234, 0x1250, .max - 1])
        #expect(read.addresses.map(\.mapping) == [0, 0, 0, 1, 1, 2])
        #expect(
            read.mappings == [
                ["1000", "3000", "800", "/usr/bin/x", "00ff", "functions"],
                ["7fff00000000", "ffffffffffffffff", "0", "[vdso]", "", "functions"],
            ]
        )
    }

    @Test func `a profile without samples can be read`() throws {
        let kind = Profile.Kind("goroutine", unit: "count")
        let profile = Profile(kinds: [kind], period: kind)
        #expect(profile.isEmpty)
        let read = try ProfileReader(packed: profile.encoded())
        #expect(read.kinds == ["goroutine/count"])
        #expect(read.period == 1)
        #expect(read.samples == [])
    }

    @Test func `numbers below zero and the largest ones keep their value`() throws {
        let kind = Profile.Kind("difference", unit: "bytes")
        var profile = Profile(kinds: [kind], period: kind)
        let values = [-1, .min, .max, 0, 127, 128, 1 << 35]
        for (index, value) in values.enumerated() { profile.add(frames: ["\(index)"], values: [value]) }
        #expect(try ProfileReader(message: profile.message()).samples.map(\.values) == values.map { [$0] })
    }

    @Test func `the text shows the largest first`() {
        #expect(
            profile().text(title: "heap") == """
                heap profile: total 4106
                inuse_objects/count inuse_space/bytes

                3 4096 @
                #\tcells (8 columns)
                #\twindow
                #\tsource 'plays'

                1 10 @ [state=waiting, since=300 seconds]
                #\twindow
                #\tsource 'plays'

                """
        )
    }

    @Test func `the text has a paragraph for each occurrence`() {
        let kind = Profile.Kind("goroutine", unit: "count")
        var profile = Profile(kinds: [kind], period: kind)
        profile.add(frames: ["idle", "worker"], values: [2], labels: [Profile.Label("state", text: "idle")])
        profile.add(frames: ["run"], values: [1])
        profile.add(frames: ["gone"], values: [-5])
        #expect(
            profile.text(title: "goroutine", detail: .each) == """
                goroutine 1 [state=idle]:
                \tidle
                \tworker

                goroutine 2 [state=idle]:
                \tidle
                \tworker

                goroutine 3:
                \trun

                """
        )
    }

    @Test func `values that stand for millions do not become millions of paragraphs`() {
        let kind = Profile.Kind("objects", unit: "count")
        var profile = Profile(kinds: [kind], period: kind)
        profile.add(frames: ["a"], values: [.max])
        profile.add(frames: ["b"], values: [.max])
        #expect(profile.text(title: "objects", detail: .each).utf8.count { $0 == UInt8(ascii: ":") } == 10_000)
    }
}
