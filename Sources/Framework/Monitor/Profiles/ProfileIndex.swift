/// The pages with the addresses of a monitor.
enum ProfileIndex {
    /// The profiles with how many samples each has now, as Go's page lists them.
    ///
    /// - Parameters:
    ///   - origin: Scheme, host and port as the client sees them, for commands that can be copied.
    ///   - counts: How many samples there are, by the name of the profile.
    /// - Returns: HTML.
    static func profiles(at origin: String, counts: [(name: String, count: Int)]) -> String {
        let rows = counts.map { name, count in
            "<tr><td>\(count)</td><td><a href=\"\(name)?debug=1\">\(name)</a></td></tr>"
        }
        let commands = ["heap", "goroutine", "profile?seconds=30"].map { name in
            "go tool pprof '\(escaped(origin))/debug/pprof/\(name)'"
        }
        return page(
            "/debug/pprof/",
            """
            <p>Set <code>debug=1</code> in the address for a text. Without it, a profile is in the form of pprof.</p>
            <table>
            <thead><tr><td>Count</td><td>Profile</td></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            <tr><td></td><td><a href="profile?seconds=5">profile</a></td></tr>
            <tr><td></td><td><a href="threads?debug=2">threads</a></td></tr>
            </tbody>
            </table>
            <p><a href="goroutine?debug=2">each page, sink and wait on its own</a></p>
            <dl>
            <dt>goroutine</dt><dd>What each page in flight, each sink and the main task of the run is doing.</dd>
            <dt>heap</dt><dd>What holds memory: batches in the window and in queues, memories of transforms, caches.</dd>
            <dt>threads</dt><dd>Where all threads of the process are: for a run that hangs.</dd>
            <dt>profile</dt><dd>Where the processor is used, recorded for <code>seconds</code>, 30 by default.</dd>
            </dl>
            <pre>\(commands.joined(separator: "\n"))</pre>
            """
        )
    }

    /// The addresses of the monitor.
    static let addresses: String = {
        let entries = [
            ("metrics", "Metrics as text."),
            ("livez", "Whether the process answers."),
            ("readyz", "Whether it works on its job."),
            ("healthz", "Whether the program works, as livez; a failed step does not count."),
            ("api/runs", "The job, its run, and past runs, as JSON."),
            ("api/events", "The job every second, as server-sent events."),
            ("debug/pprof/", "Profiles."),
        ]
        let list = entries.map { "<dt><a href=\"\($0)\">/\($0)</a></dt><dd>\($1)</dd>" }
        return page("sprocket", "<dl>\n\(list.joined(separator: "\n"))\n</dl>")
    }()

    private static func page(_ title: String, _ body: String) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>\(title)</title></head>
        <body>
        <h1>\(title)</h1>
        \(body)
        </body>
        </html>

        """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
            .replacing("'", with: "&#39;")
    }
}
