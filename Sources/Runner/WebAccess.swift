internal import HTTP
internal import PluginKit

/// The program's one way to web servers, so that pipelines and accounts share connections.
enum WebAccess {
    /// It loads its library when the first address is asked for.
    static let transport: any HTTPTransport = CurlTransport(
        environment: Environment.all,
        userAgent: "sprocket/\(Sprocket.version)"
    )
}
