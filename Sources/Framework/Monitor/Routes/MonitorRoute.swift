/// What a client asks of a monitor, by the target of its request.
enum MonitorRoute: Sendable, Hashable {
    /// `/`: which addresses there are.
    case root
    /// `/metrics`: the metrics in Prometheus' text format.
    case metrics
    /// `/livez`, `/readyz`, `/healthz`.
    case health(Health)
    /// `/api/runs`: the job, its run, and the history.
    case runs(pipeline: String?, limit: Int)
    /// `/api/runs/ID`: one run.
    case run(String)
    /// `/api/events`: the job, every second.
    case events
    /// `/debug/pprof`: to the address with a slash, from which the links of the index are relative.
    case profileFolder
    /// `/debug/pprof/`: which profiles there are.
    case profiles
    /// `/debug/pprof/profile`: the use of the processor during some seconds.
    case processor(seconds: Int)
    /// `/debug/pprof/heap`: what holds memory.
    case heap(debug: Int)
    /// `/debug/pprof/goroutine`: what each part of the run is doing.
    case activity(debug: Int)
    /// `/debug/pprof/threads`: where all threads of the process are.
    case threads(debug: Int)

    /// The question that a probe asks.
    enum Health: String, Sendable, CaseIterable {
        /// Whether the process answers.
        case livez
        /// Whether it is working on its job.
        case readyz
        /// Whether all steps so far have succeeded.
        case healthz
    }

    /// Why there is no such route.
    enum Refusal: Error, Sendable, Hashable {
        /// Nothing is at the address.
        case missing
        /// A parameter has no valid value: which, and what is allowed.
        case parameter(String)
    }

    /// How long the processor can be profiled, in seconds; the first is the default, as in Go.
    static let (usualSeconds, mostSeconds) = (30, 600)
    /// How many past runs are listed; the first is the default.
    static let (usualRuns, mostRuns) = (20, 1000)

    /// Finds the route of a request target.
    ///
    /// - Parameter target: A path with its query, or an absolute URL.
    /// - Throws: Why there is none.
    init(_ target: String) throws(Refusal) {
        let query = RequestQuery(target)
        if let health = Health.allCases.first(where: { query.path == "/\($0.rawValue)" }) {
            self = .health(health)
            return
        }
        let run = "/api/runs/"
        if query.path.hasPrefix(run), query.path != run {
            self = .run(String(query.path.dropFirst(run.count)))
            return
        }
        switch query.path {
        case "/": self = .root
        case "/metrics": self = .metrics
        case "/api/runs":
            self = .runs(
                pipeline: query["pipeline"],
                limit: try query.number("limit", in: 1...Self.mostRuns) ?? Self.usualRuns
            )
        case "/api/events": self = .events
        case "/debug/pprof": self = .profileFolder
        case "/debug/pprof/": self = .profiles
        case "/debug/pprof/profile":
            self = .processor(seconds: try query.number("seconds", in: 1...Self.mostSeconds) ?? Self.usualSeconds)
        case "/debug/pprof/heap": self = .heap(debug: try Self.debug(query))
        case "/debug/pprof/threads": self = .threads(debug: try Self.debug(query))
        case "/debug/pprof/goroutine": self = .activity(debug: try Self.debug(query))
        default: throw .missing
        }
    }

    /// The wanted form of a snapshot: 0 for pprof, 1 or 2 for people.
    private static func debug(_ query: RequestQuery) throws(Refusal) -> Int {
        guard query["seconds"] == nil else {
            throw .parameter("'seconds' is not for this profile, which shows the present: leave it out")
        }
        return try query.number("debug", in: 0...2) ?? 0
    }

    /// Whether everyone who reaches the monitor may ask: probes send no token, and the answers contain no names.
    var isPublic: Bool { if case .health = self { true } else { false } }
}
