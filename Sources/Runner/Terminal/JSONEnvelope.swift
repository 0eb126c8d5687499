internal import Formats

/// The one form of every verb's `--json`: `{"sprocket": "0.1.0", "verb": "list", "ok": true, …}`.
enum JSONEnvelope {
    static func text(verb: String, isFine: Bool, _ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.member("sprocket", Sprocket.version)
        json.member("verb", verb)
        json.member("ok", isFine)
        body(&json)
        json.endObject()
        return String(decoding: json.takeBytes(), as: UTF8.self)
    }
}
