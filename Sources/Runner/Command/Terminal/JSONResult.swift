internal import Formats

/// The result of a verb, as the `result` of its JSON object.
enum JSONResult {
    /// An object with these members.
    static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        json.object { json in body(&json) }
        return String(decoding: json.takeBytes(), as: UTF8.self)
    }
}
