import Testing

@testable import Monitor

@Suite struct MonitorRouteTests {
    @Test(arguments: [
        ("/", MonitorRoute.root), ("/?x=1", .root), ("/metrics", .metrics), ("/metrics?name[]=x", .metrics),
        ("/livez", .health(.livez)), ("/readyz", .health(.readyz)), ("/healthz", .health(.healthz)),
        ("/api/runs", .runs(pipeline: nil, limit: 20)),
        ("/api/runs?pipeline=a%20b+c%2F&limit=1000", .runs(pipeline: "a b c/", limit: 1000)),
        ("/api/runs/20261123T143000Z-4711", .run("20261123T143000Z-4711")), ("/api/events", .events),
        ("/debug/pprof", .profileFolder), ("/debug/pprof/", .profiles),
        ("/debug/pprof/profile", .processor(seconds: 30)), ("/debug/pprof/profile?seconds=5", .processor(seconds: 5)),
        ("/debug/pprof/heap", .heap(debug: 0)), ("/debug/pprof/heap?debug=1", .heap(debug: 1)),
        ("/debug/pprof/goroutine?debug=2", .activity(debug: 2)),
        ("/debug/pprof/threads", .threads(debug: 0)), ("http://localhost:6060/metrics", .metrics),
        ("http://localhost:6060", .root),
        ("/%6Detrics", .metrics),
    ])
    func `a target leads to a route`(target: String, route: MonitorRoute) throws {
        #expect(try MonitorRoute(target) == route)
    }

    @Test(arguments: [
        "*", "/x", "//metrics", "/metrics/", "/api/runs/", "/api", "/debug/pprof/trace", "/debug/pprof/symbol",
        "/%zz", "/%", "/metrics%",
    ])
    func `other targets are missing`(target: String) {
        #expect(throws: MonitorRoute.Refusal.missing) { try MonitorRoute(target) }
    }

    @Test(arguments: [
        "/api/runs?limit=0", "/api/runs?limit=1001", "/api/runs?limit=", "/api/runs?limit=99999999999999999999",
        "/debug/pprof/profile?seconds=0", "/debug/pprof/profile?seconds=601", "/debug/pprof/profile?seconds=x",
        "/debug/pprof/heap?seconds=5", "/debug/pprof/goroutine?debug=3",
    ])
    func `numbers out of range are refused`(target: String) {
        let error = #expect(throws: MonitorRoute.Refusal.self) { try MonitorRoute(target) }
        #expect(error != .missing)
    }
}
