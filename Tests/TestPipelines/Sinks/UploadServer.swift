internal import PluginKit

/// A made-up server of objects, which come into being in parts: what is uploaded is visible when the upload is completed.
///
/// Servers live as long as the process of the tests, each under its address, so that one outlives the runs that die.
package final class UploadServer: Sendable {
    /// Why a request is turned down.
    package enum Failure: Error {
        /// No upload has this name: it was completed or aborted.
        case noSuchUpload
        /// There is an object already.
        case exists
        /// A part is missing or another one.
        case wrongParts
    }

    private struct Upload {
        let key: String
        var parts: [Int: [UInt8]] = [:]
    }

    private struct State {
        var objects: [String: (bytes: [UInt8], tag: String)] = [:]
        var uploads: [String: Upload] = [:]
        var created = 0
    }

    private let state = Locked(State())
    private static let servers = Locked<[String: UploadServer]>([:])

    /// The server at an address.
    package static func at(_ address: String) -> UploadServer {
        servers.withLock { servers in
            let server = servers[address] ?? UploadServer()
            servers[address] = server
            return server
        }
    }

    private init() {}

    /// The tag of bytes, as the server makes it.
    package static func tag(of bytes: [UInt8]) -> String { String(CRC32(of: bytes).value, radix: 16) }

    /// The tag of an object made of parts.
    package static func tag(ofParts tags: [String]) -> String { tag(of: Array(tags.joined(separator: "+").utf8)) }

    /// The objects, as texts.
    package var objects: [String: String] {
        state.withLock { $0.objects.mapValues { String(decoding: $0.bytes, as: UTF8.self) } }
    }

    /// The uploads that are neither completed nor aborted, of an object or of all.
    package func open(of key: String? = nil) -> [String] {
        state.withLock { $0.uploads.filter { key == nil || $0.value.key == key }.keys.sorted() }
    }

    /// The tag of an object; nil if there is none.
    package func tag(of key: String) -> String? { state.withLock { $0.objects[key]?.tag } }

    /// Begins an upload.
    package func create(_ key: String) throws -> String {
        try request("create") { state in
            state.created += 1
            let name = "u\(state.created)"
            state.uploads[name] = Upload(key: key)
            return name
        }
    }

    /// Stores a part, instead of one of the same number.
    package func put(_ bytes: [UInt8], part: Int, of upload: String) throws -> String {
        try request("put") { state in
            guard state.uploads[upload] != nil else { throw Failure.noSuchUpload }
            state.uploads[upload]?.parts[part] = bytes
            return Self.tag(of: bytes)
        }
    }

    /// Makes an object of the parts with these tags, unless there is one.
    package func complete(_ upload: String, _ tags: [String]) throws {
        try request("complete") { state in
            guard let parts = state.uploads[upload] else { throw Failure.noSuchUpload }
            guard state.objects[parts.key] == nil else { throw Failure.exists }
            let bytes = try tags.enumerated().map { number, tag in
                guard let bytes = parts.parts[number], Self.tag(of: bytes) == tag else { throw Failure.wrongParts }
                return bytes
            }
            state.objects[parts.key] = (bytes.flatMap { $0 }, Self.tag(ofParts: tags))
            state.uploads[upload] = nil
        }
    }

    /// Ends an upload without an object; one that has ended stays so.
    package func abort(_ upload: String) throws { try request("abort") { $0.uploads[upload] = nil } }

    /// Puts an object there that nobody has uploaded.
    package func put(_ text: String, as key: String) {
        state.withLock { $0.objects[key] = (Array(text.utf8), Self.tag(of: Array(text.utf8))) }
    }

    /// Removes an object.
    package func remove(_ key: String) { state.withLock { $0.objects[key] = nil } }

    /// A request that changes something, with the fault point of the task before and after it.
    private func request<Value>(_ name: String, _ body: (inout State) throws -> Value) throws -> Value {
        let faults = Faults.current
        try faults?.reach(DurableStep(.commit, of: "upload \(name)", at: .before))
        let value = try state.withLock { state in try body(&state) }
        try faults?.reach(DurableStep(.commit, of: "upload \(name)", at: .after))
        return value
    }
}
