import Diagnostics
import PluginKit
import PluginTestKit
import StandardCache
import TestTags
import Testing

@Suite(.tags(.fuzz, .waits)) struct CacheTests {
    private struct Refused: Error {}

    @Test func `an answer is fetched once, and given until its time is over`() async throws {
        let trial = try CacheTrial("ttl = \"10s\"\njitter = 0")
        #expect(try await trial.call("a") == "a1")
        #expect(try await trial.call("a") == "a1")
        #expect(try await trial.call("b") == "b2")
        trial.time.advance(by: .seconds(10))
        #expect(try await trial.call("a") == "a3")
        #expect(trial.figure("hits") == 1)
        #expect(trial.figure("misses") == 3)
    }

    @Test func `a call without an identity is always made`() async throws {
        let trial = try CacheTrial()
        #expect(try await trial.call(nil) == "1")
        #expect(try await trial.call(nil) == "2")
        #expect(trial.cache.measurements.isEmpty)
    }

    @Test func `chance shortens the time, by its share at most`() async throws {
        let trial = try CacheTrial("ttl = \"100s\"\njitter = 0.5", random: 0.5)
        _ = try await trial.call("a")
        trial.time.advance(by: .seconds(74))
        #expect(try await trial.call("a") == "a1")
        trial.time.advance(by: .seconds(1))
        #expect(try await trial.call("a") == "a2")
    }

    @Test func `layers of one name keep their answers together, those of another do not`() async throws {
        let first = try CacheTrial()
        let second = try CacheTrial(sharing: first)
        let other = try CacheTrial(sharing: first, layer: "other")
        #expect(try await first.call("a") == "a1")
        #expect(try await second.call("a") == "a1")
        #expect(try await other.call("a") == "a1")
        #expect(second.figure("hits") == 1)
        #expect(other.figure("misses") == 1)
    }

    @Test(arguments: 1...5)
    func `a hundred who want one cold answer make one call`(seed: UInt64) async throws {
        let trial = try CacheTrial()
        await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            await withTaskGroup { group in
                for _ in 0..<100 { group.addTask { #expect((try? await trial.call("a", hops: 5)) == "a1") } }
            }
        }
        #expect(trial.calls == 1)
        #expect(trial.figure("misses") == 1)
        #expect(trial.figure("hits") == 99)
    }

    @Test(arguments: 1...5)
    func `when a call fails, those who wait make their own`(seed: UInt64) async throws {
        let trial = try CacheTrial()
        let failures = Locked(0)
        await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            await withTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            _ = try await trial.call("a", hops: 5) { $0 <= 3 ? Refused() : nil }
                        } catch {
                            failures.withLock { $0 += 1 }
                        }
                    }
                }
            }
        }
        #expect(failures.withLock { $0 } == 3)
        #expect(try await trial.call("a") != "")
        #expect(trial.calls <= 20)
    }

    @Test(arguments: [false, true])
    func `those who wait for what they cannot have do not wait for each other`(isFailure: Bool) async throws {
        let trial = try CacheTrial()
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    _ = try? await trial.call(
                        "a",
                        keeping: .no,
                        failure: { _ in isFailure ? Refused() : nil },
                        meanwhile: { number in
                            // The first is done when all others wait for it, and those when all are under way.
                            let isDone = { number == 1 ? trial.figure("waits") == 99 : trial.calls == 100 }
                            let deadline = ContinuousClock.now + .seconds(20)
                            while !isDone(), ContinuousClock.now < deadline { await Task.yield() }
                            #expect(isDone())
                        }
                    )
                }
            }
        }
        #expect(trial.calls == 100)
        #expect(trial.figure("misses") == 100)
    }

    @Test func `what holds for no time is not given to those who wait`() async throws {
        let trial = try CacheTrial("ttl = \"1s\"\njitter = 0")
        let answers = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try? await trial.call(
                        "a",
                        keeping: .atMost(.zero),
                        meanwhile: { number in
                            while number == 1, trial.figure("waits") != 4 { await Task.yield() }
                        }
                    )
                }
            }
            return await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(answers == ["a1", "a2", "a3", "a4", "a5"])
    }

    @Test func `metrics are those of a run, though another one has used the store before`() async throws {
        let folder = try TemporaryFolder(.inMemory)
        let options = "store = \"tiered\"\nmax_entries = 2\npath = \"\(folder.path("cache.db"))\""
        let first = try CacheTrial(options)
        for number in 0..<10 { _ = try await first.call("\(number)") }
        await first.cache.finish()
        #expect(first.figure("evictions from memory") == 8)
        let second = try CacheTrial(options, sharing: first)
        _ = try await second.call("0")
        await second.cache.finish()
        #expect(second.figure("hits") == 1)
        #expect(second.figure("promoted") == 1)
        #expect(second.figure("evictions from memory") == 1)
        #expect(second.figure("entries") == 10)
        #expect(second.figure("failed") == nil)
    }

    @Test func `what stands in the way is reported once to every run that it stands in the way of`() async throws {
        let folder = try TemporaryFolder(.inMemory)
        try folder.write("a file", to: "in the way")
        let options = "store = \"disk\"\npath = \"\(folder.path("in the way/cache.db"))\""
        let logs = [StageLog(), StageLog()]
        let first = try CacheTrial(options, log: logs[0])
        for number in 0..<3 { _ = try await first.call("\(number)") }
        await first.cache.finish()
        #expect(logs.map { $0.all.map(\.code) } == [["cache.disk"], []])
        let second = try CacheTrial(options, sharing: first, log: logs[1])
        for number in 0..<3 { _ = try await second.call("\(number)") }
        await second.cache.finish()
        #expect(logs.map { $0.all.map(\.code) } == [["cache.disk"], ["cache.disk"]])
        #expect(second.figure("failed") == 6)
    }

    @Test(arguments: ["tiered", "disk"])
    func `the file knows how often calls had an answer, wherever it was`(store: String) async throws {
        let folder = try TemporaryFolder(.inMemory)
        let path = folder.path("cache.db")
        let trial = try CacheTrial(
            "store = \"\(store)\"\npath = \"\(path)\"\nttl = \"10s\"\njitter = 0\nstale_while_revalidate = \"5s\""
        )
        for _ in 0..<4 { _ = try await trial.call("a") }
        // One that is fetched anew beside a call was not asked for by one.
        trial.time.advance(by: .seconds(12))
        _ = try await trial.call("a")
        await trial.cache.finish()
        let content = try #require(try CacheFile(path).contents(at: 0).first)
        #expect(trial.calls == 2)
        #expect((content.given, content.fetched) == (4, 1))
    }

    @Test(arguments: 1...20)
    func `a caller that is cancelled leaves alone`(seed: UInt64) async throws {
        let trial = try CacheTrial()
        await withTaskExecutorPreference(SeededExecutor(seed: seed)) {
            let tasks = (0..<10).map { _ in Task { try await trial.call("a", hops: 10) } }
            await Task.yield()
            for task in tasks[..<5] { task.cancel() }
            for task in tasks[5...] { #expect((try? await task.value)?.first == "a") }
            for task in tasks[..<5] { _ = await task.result }
        }
        #expect(try await trial.call("a").first == "a")
    }

    @Test func `a failure is remembered only if that is asked for, and none that may pass`() async throws {
        let diagnostic = Diagnostic("films.gone", message: "there is no such list", hint: "look at its name")
        for (options, calls) in [("", 2), ("negative_ttl = \"1m\"", 1)] {
            let trial = try CacheTrial(options)
            for _ in 0..<2 {
                do {
                    _ = try await trial.call("a") { _ in diagnostic }
                    Issue.record("the call fails")
                } catch let error as Diagnostic {
                    #expect(error.code == diagnostic.code)
                    #expect(error.message == diagnostic.message)
                    #expect(error.hint?.hasPrefix("look at its name") == true)
                }
            }
            #expect(trial.calls == calls)
        }
        let trial = try CacheTrial("negative_ttl = \"1m\"")
        _ = try? await trial.call("a") { _ in StageFailure.transient(diagnostic) }
        #expect(try await trial.call("a") == "a2")
    }

    @Test func `a failure that is given again has its place, and says since when it is remembered`() async throws {
        let folder = try TemporaryFolder(.inMemory)
        let trial = try CacheTrial("store = \"disk\"\nnegative_ttl = \"1m\"", stateFolder: folder.path)
        let failure = Diagnostic("films.gone", message: "there is no such list", at: .stage("films", at: "page 3"))
        for isAgain in [false, true] {
            let error = await #expect(throws: Diagnostic.self) { try await trial.call("a") { _ in failure } }
            let text = try #require(error?.rendered())
            #expect(text.hasPrefix("error[films.gone]: films, page 3: there is no such list"), "\(text)")
            let memory =
                #/\n  hint: cached since \d{4}-\d\d-\d\dT[0-9:.]+Z \('negative_ttl'\): 'sprocket cache clear bench' deletes it$/#
            #expect(text.contains(memory) == isAgain, "\(text)")
        }
    }

    @Test(arguments: [Diagnostic.Category.usage, .environment, .transient])
    func `what the user can mend, or passes by itself, is asked for again`(category: Diagnostic.Category) async throws {
        let trial = try CacheTrial("negative_ttl = \"1m\"")
        for _ in 0..<2 {
            await #expect(throws: Diagnostic.self) {
                try await trial.call("a") { _ in Diagnostic("films.later", message: "not now", category: category) }
            }
        }
        await #expect(throws: Diagnostic.self) {
            try await trial.call("b") { _ in Diagnostic("films.gone", message: "not now", at: .file("films.json")) }
        }
        #expect(try await trial.call("b") == "b4")
        #expect(trial.calls == 4)
    }

    @Test func `an answer that cannot be fetched again is reported once, counted, and left alone for a while`()
        async throws
    {
        let log = StageLog()
        let trial = try CacheTrial("ttl = \"10s\"\njitter = 0\nstale_while_revalidate = \"20s\"", log: log)
        for key in ["a", "b"] { _ = try await trial.call(key) }
        trial.time.advance(by: .seconds(11))
        for _ in 0..<5 {
            for key in ["a", "b"] {
                _ = try await trial.call(key) { _ in Diagnostic("films.away", message: "nobody is there") }
            }
            await trial.cache.finish()
        }
        #expect(trial.calls == 4)
        trial.time.advance(by: .seconds(2))
        #expect(try await trial.call("a") { _ in Refused() } == "a1")
        await trial.cache.finish()
        #expect(trial.calls == 5)
        #expect(trial.figure("refreshes failed") == 3)
        #expect(
            log.all.map { $0.rendered() } == [
                """
                note[cache.refresh]: an expired answer could not be refreshed: the old one is returned until the end of \
                'stale_while_revalidate'
                  hint: the first reason: nobody is there
                """
            ]
        )
    }

    @Test(arguments: ["negative_ttl", "stale_while_revalidate", "revalidate_for"])
    func `no time is longer than can be counted`(option: String) throws {
        #expect(throws: DiagnosticList.self) { try CacheTrial("\(option) = \"3651d\"") }
        _ = try CacheTrial("\(option) = \"3650d\"\nttl = \"3650d\"")
    }

    @Test func `a path without a letter is refused`() throws {
        let problem = #expect(throws: Diagnostic.self) { try CacheTrial("store = \"disk\"\npath = \"\"") }
        #expect(problem?.code == "cache.path")
        #expect(problem?.message == "the path of the cache is empty")
    }

    @Test func `after its time an answer is given while one call fetches a new one`() async throws {
        let trial = try CacheTrial("ttl = \"10s\"\njitter = 0\nstale_while_revalidate = \"5s\"")
        _ = try await trial.call("a")
        trial.time.advance(by: .seconds(12))
        #expect(try await trial.call("a") == "a1")
        await trial.cache.finish()
        #expect(trial.calls == 2)
        #expect(try await trial.call("a") == "a2")
        trial.time.advance(by: .seconds(15))
        #expect(try await trial.call("a") == "a3")
        #expect(trial.figure("stale") == 1)
    }

    @Test func `when the new answer cannot be fetched, the old one is given until its time is over`() async throws {
        let trial = try CacheTrial("ttl = \"10s\"\njitter = 0\nstale_while_revalidate = \"5s\"")
        _ = try await trial.call("a")
        trial.time.advance(by: .seconds(12))
        for _ in 0..<2 {
            #expect(try await trial.call("a") { _ in Refused() } == "a1")
            await trial.cache.finish()
        }
        trial.time.advance(by: .seconds(3))
        await #expect(throws: Refused.self) { try await trial.call("a") { _ in Refused() } }
    }

    @Test func `what cannot be read back is fetched again`() async throws {
        let trial = try CacheTrial()
        _ = try await trial.call("a")
        #expect(try await trial.call("a", isReadable: false) == "a2")
    }

    @Test(arguments: ["disk", "tiered"])
    func `a file needs a folder, or a path`(store: String) async throws {
        do {
            _ = try CacheTrial("store = \"\(store)\"")
            Issue.record("it is refused")
        } catch let problem as Diagnostic {
            #expect(
                problem.rendered() == """
                    options:1:9: error[cache.folder]: this run has no state folder, so the cache has no file
                        1 | store = "\(store)"
                          |         \(String(repeating: "^", count: store.count + 2)) write path = "cache.db"
                    """
            )
        }
        let folder = try TemporaryFolder()
        let trial = try CacheTrial("store = \"\(store)\"\npath = \"\(folder.path("a/b.db"))\"")
        _ = try await trial.call("a")
        await trial.cache.finish()
        #expect(folder.files.contains("a/b.db"))
    }

    @Test(arguments: ["disk", "tiered"])
    func `a later run is given what an earlier one has kept, as long as it holds`(store: String) async throws {
        let folder = try TemporaryFolder(.inMemory)
        let options = "store = \"\(store)\"\nttl = \"1h\"\njitter = 0\nnegative_ttl = \"1h\""
        let run = { try CacheTrial(options, stateFolder: folder.path) }
        let failure = Diagnostic("films.gone", message: "there is no such list")
        let first = try run()
        #expect(try await first.call("a") == "a1")
        await #expect(throws: Diagnostic.self) { try await first.call("b") { _ in failure } }
        await first.cache.finish()
        let second = try run()
        #expect(try await second.call("a") == "a1")
        await #expect(throws: Diagnostic.self) { try await second.call("b") }
        #expect(second.calls == 0)
        #expect(second.figure("hits") == 2)
        #expect(second.figure("negative") == 1)
        await second.cache.finish()
        let third = try run()
        third.time.advance(by: .seconds(3700))
        #expect(try await third.call("a") == "a1")
        #expect(third.calls == 1)
    }
}
