internal import Diagnostics
internal import HTTP
internal import Jobs
internal import PluginKit
internal import Profiling

/// The answers that need nothing but the state of the job at one moment.
///
/// Determining them may take some hundred milliseconds: metrics count the allocator's free memory, and the history is
/// in files.
struct MonitorAnswers {
    /// The job.
    let job: JobSnapshot
    /// Past runs.
    let history: RunHistory
    /// The time, in milliseconds since 1970-01-01T00:00:00Z.
    let time: Int64
    /// Scheme, host and port as the client sees them.
    let origin: String

    /// The answer to a request; nil if it takes time: events, and profiles of the processor.
    func answer(_ route: MonitorRoute) -> HTTPResponse? {
        switch route {
        case .root: .page(ProfileIndex.addresses)
        case .metrics: metrics
        case .health(let health): Self.answer(health, of: job)
        case .runs(let pipeline, let limit): runs(of: pipeline, atMost: limit)
        case .run(let id): run(id)
        case .profileFolder: HTTPResponse(status: 301, headers: ["Location": "/debug/pprof/"])
        case .profiles: profiles
        case .heap(let debug): profile(heap, name: "heap", debug: debug)
        case .activity(let debug): profile(activity, name: "goroutine", debug: debug)
        case .threads(let debug): threads(debug: debug)
        case .events, .processor: nil
        }
    }

    /// The answer to a request without a route.
    static func answer(_ refusal: MonitorRoute.Refusal, target: String) -> HTTPResponse {
        let path = RequestQuery(target).path
        switch refusal {
        case .missing where path.hasPrefix("/debug/pprof/"): return .noProfile("unknown profile", status: 404)
        case .missing where path.hasPrefix("/api/"):
            return .json(StatusJSON.problem("there is nothing at this address"), status: 404)
        case .missing: return .text("there is nothing at this address\n", status: 404)
        case .parameter(let words) where path.hasPrefix("/debug/pprof/"): return .noProfile(words, status: 400)
        case .parameter(let words): return .json(StatusJSON.problem(words), status: 400)
        }
    }

    // MARK: Metrics and probes

    private var metrics: HTTPResponse {
        // The present run comes first: it may be one of a pipeline that has run before.
        let snapshots = (job.run.map { [$0.metrics] } ?? []) + job.ended
        let text = PrometheusText(snapshots.flatMap(\.families)).text
        return HTTPResponse(
            status: 200,
            headers: ["Content-Type": PrometheusText.contentType],
            body: Array(text.utf8)
        )
    }

    /// The answer to a probe.
    static func answer(_ health: MonitorRoute.Health, of job: JobSnapshot) -> HTTPResponse {
        switch health {
        // A failed step does not make the program unhealthy: an orchestrator would end the steps that follow.
        case .livez, .healthz: return .text("ok\n")
        case .readyz:
            if job.hasEnded { return .text("the job has ended\n", status: 503) }
            if job.isStopped { return .text("the job is being stopped\n", status: 503) }
            return job.startedAt == nil ? .text("the job has not begun\n", status: 503) : .text("ok\n")
        }
    }

    // MARK: Runs

    private var status: StatusJSON { StatusJSON(job: job, time: time) }

    private func runs(of pipeline: String?, atMost limit: Int) -> HTTPResponse {
        do {
            return .json(status.runs(try history.runs(of: pipeline, atMost: limit)))
        } catch {
            return unavailable(error)
        }
    }

    private func run(_ id: String) -> HTTPResponse {
        if let json = status.run(id) { return .json(json) }
        do {
            return .json(Array(try history.report(of: id).utf8))
        } catch {
            guard let diagnostic = error as? Diagnostic, diagnostic.code.name == "command.run" else {
                return unavailable(error)
            }
            return .json(StatusJSON.problem(diagnostic.message), status: 404)
        }
    }

    /// The history cannot be read.
    private func unavailable(_ error: any Error) -> HTTPResponse {
        .json(StatusJSON.problem((error as? Diagnostic)?.message ?? "the history cannot be read"), status: 503)
    }

    // MARK: Profiles

    private var heap: Profile { Profile(job.run?.holdings ?? [], in: .now) }

    private var activity: Profile { Profile(job.run?.activity, of: job.run?.pipeline ?? "") }

    private var profiles: HTTPResponse {
        let counts = [
            (name: "goroutine", count: activity.total(of: 0)), (name: "heap", count: job.run?.holdings.count ?? 0),
        ]
        return .page(ProfileIndex.profiles(at: origin, counts: counts))
    }

    private func threads(debug: Int) -> HTTPResponse {
        do throws(Diagnostic) {
            return profile(try ThreadStacks.profile(), name: "threads", debug: debug)
        } catch {
            return .noProfile("the threads cannot be asked: \(error.message)")
        }
    }

    private func profile(_ profile: Profile, name: String, debug: Int) -> HTTPResponse {
        switch debug {
        case 0:
            var profile = profile
            profile.startNanoseconds = Int(clamping: time.multiplied(clamped: 1_000_000))
            return .profile(profile.encoded(), name: name)
        case 1: return .text(profile.text(title: name))
        default: return .text(profile.text(title: name, detail: .each))
        }
    }
}
