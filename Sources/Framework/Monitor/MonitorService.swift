internal import Diagnostics
internal import Dispatch
internal import HTTP
internal import Jobs
internal import PluginKit
internal import Profiling

/// Answers the requests to a monitor.
final class MonitorService: Sendable {
    private let job: JobRun
    private let history: RunHistory
    private let access: HTTPAccess
    /// For probes, which send no token.
    private let publicAccess: HTTPAccess
    /// Determines answers, one after the other: neither the server's thread nor those of the run may block.
    private let queue = DispatchQueue(label: "sprocket.monitor")

    /// How many streams and recordings there are.
    private let openEnded = Locked(0)

    /// How often streams and recordings look whether something has changed.
    private static let tick = Duration.milliseconds(250)
    /// How often a stream sends the state of the job.
    private static let interval = Duration.seconds(1)

    init(_ job: JobRun, history: RunHistory, hosts: [String], token: MonitorToken?) {
        self.job = job
        self.history = history
        let hosts = Set(hosts.map { $0.lowercased() })
        access = HTTPAccess(hosts: hosts, token: token?.token)
        publicAccess = HTTPAccess(hosts: hosts, token: nil)
    }

    /// Answers a request.
    func answer(_ exchange: HTTPExchange) async -> HTTPExchange.Ending {
        let head = exchange.head
        let route = Result { () throws(MonitorRoute.Refusal) in try MonitorRoute(head.target) }
        let access = (try? route.get())?.isPublic == true ? publicAccess : access
        if let refusal = access.refusal(for: head) { return await exchange.answer(access.secured(refusal)) }
        guard head.method == "GET" || head.method == "HEAD" else {
            var response = HTTPResponse.text("only GET and HEAD are served here\n", status: 405)
            response.headers["Allow"] = "GET, HEAD"
            response.headers["Connection"] = "close"
            return await exchange.answer(access.secured(response))
        }
        switch route {
        case .failure(let refusal):
            return await exchange.answer(access.secured(MonitorAnswers.answer(refusal, target: head.target)))
        case .success(.events):
            return await openEnded { await stream(to: exchange) }
        case .success(.processor(let seconds)):
            return await openEnded {
                await exchange.answer(access.secured(await recording(for: .seconds(seconds), exchange: exchange)))
            }
        case .success(.health(let health)):
            // Probes do not wait for the answers of others.
            return await exchange.answer(access.secured(MonitorAnswers.answer(health, of: job.snapshot)))
        case .success(let route):
            let origin = "http://\(head.headers["Host"] ?? exchange.authority)"
            let response = await queue.result { [job, history] in
                MonitorAnswers(job: job.snapshot, history: history, time: Self.now, origin: origin).answer(route)
            }
            return await exchange.answer(access.secured(response ?? .text("", status: 404)))
        }
    }

    private static var now: Int64 { SystemClock.nanoseconds / 1_000_000 }

    // MARK: Profiles of the processor

    /// Waits until streams and recordings have noticed that the job has ended, so that clients receive their ends.
    ///
    /// - Parameter limit: How long at most.
    func settle(within limit: Duration) async {
        let time = SystemTime()
        let end = time.now + limit
        while openEnded.withLock({ $0 > 0 }), time.now < end {
            guard (try? await time.sleep(until: time.now + .milliseconds(20))) != nil else { return }
        }
    }

    /// Answers what takes as long as the client wants, or the job.
    private func openEnded<Answer>(_ body: () async -> Answer) async -> Answer {
        openEnded.withLock { $0 += 1 }
        defer { openEnded.withLock { $0 -= 1 } }
        return await body()
    }

    /// Records where the processor is used; less than asked for if the job ends meanwhile.
    private func recording(for duration: Duration, exchange: HTTPExchange) async -> HTTPResponse {
        if exchange.head.method == "HEAD" { return .profile([], name: "profile") }
        let profiler: CPUProfiler
        do throws(Diagnostic) {
            profiler = try await queue.result { () throws(Diagnostic) in try CPUProfiler.start() }
        } catch {
            return .noProfile("Could not enable CPU profiling: \(error.message)")
        }
        let time = SystemTime()
        let end = time.now + duration
        while time.now < end, !job.snapshot.hasEnded {
            guard await exchange.pause(for: min(Self.tick, end - time.now)) else { break }
        }
        return .profile(await queue.result { profiler.stop().encoded() }, name: "profile")
    }

    // MARK: Events

    /// Sends the state of the job as server-sent events, until it has ended or the client leaves.
    ///
    /// A client that does not read delays only itself: what it has not accepted in time ends the stream.
    private func stream(to exchange: HTTPExchange) async -> HTTPExchange.Ending {
        let head = HTTPResponse(
            status: 200,
            headers: ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"]
        )
        guard exchange.head.method != "HEAD" else { return await exchange.answer(access.secured(head)) }
        guard let stream = await exchange.begin(access.secured(head)) else { return .cuts }
        var number = 0
        var hasEnded = false
        while !hasEnded {
            let snapshot = job.snapshot
            hasEnded = snapshot.hasEnded
            let json = await queue.result { StatusJSON(job: snapshot, time: Self.now).event }
            let event = EventText.event(hasEnded ? "end" : "status", id: number, data: json)
            guard await stream.write(number == 0 ? EventText.beginning + event : event) else { break }
            number += 1
            let time = SystemTime()
            let next = time.now + Self.interval
            while !hasEnded, time.now < next, !job.snapshot.hasEnded {
                guard await exchange.pause(for: min(Self.tick, next - time.now)) else { return await stream.end() }
            }
        }
        return await stream.end()
    }
}
