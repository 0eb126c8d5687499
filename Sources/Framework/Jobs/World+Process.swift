internal import HTTP
public import PluginKit

extension World {
    /// The world of this process: its environment, the system's libcurl, the machine's clocks.
    ///
    /// libcurl is loaded at the first request.
    ///
    /// - Parameter plugins: The plugins that files can name.
    /// - Returns: A world whose state is in `.sprocket` and whose pipelines are in `pipelines`.
    public static func process(plugins: Registry) -> World {
        let environment = ProcessEnvironment.variables
        return World(
            plugins: plugins,
            environment: environment,
            transport: CurlTransport(environment: environment, userAgent: "sprocket/\(ProgramVersion.text)")
        )
    }
}
