internal import Network

extension CurlTransport {
    /// The program's one way to web servers, so that pipelines share connections; it loads its library when the first
    /// address is asked for.
    static let ofThisProgram = CurlTransport(environment: Environment.all, userAgent: "sprocket/\(Sprocket.version)")
}
