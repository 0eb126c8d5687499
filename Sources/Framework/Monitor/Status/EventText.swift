/// The format of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum EventText {
    /// What comes first: after how many milliseconds a client connects again.
    static let beginning = Array("retry: 2000\n\n".utf8)

    /// An event.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - id: Its number in the stream.
    ///   - data: JSON on one line.
    /// - Returns: The event, which ends with an empty line.
    static func event(_ name: String, id: Int, data: [UInt8]) -> [UInt8] {
        Array("id: \(id)\nevent: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }
}
