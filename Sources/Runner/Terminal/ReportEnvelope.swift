internal import Formats

/// The beginning of every report of `run` that is not that of a single run: `{"sprocket": "0.1.0", "verb": "run", …}`.
enum ReportEnvelope {
    static func text(isFine: Bool, _ body: (inout JSONWriter) -> Void) -> String {
        JSONResult.object { json in
            json.member("sprocket", Sprocket.version)
            json.member("verb", RunVerb.name)
            json.member("ok", isFine)
            body(&json)
        }
    }
}
