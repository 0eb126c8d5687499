package import PluginKit

/// How the stages of a pipeline access web servers: the section `[http]`.
///
/// Settings that are not given have the stage's values, or the defaults of `HTTPLimits` and the transport.
package struct HTTPSettings: OptionGroup {
    @Option("The most simultaneous requests to one host; others wait. Default: 16.", in: 1...1000)
    package var connections: Int?

    @Option("The timeout for connecting, including DNS and TLS. Default: 10s.", in: allowed)
    package var connectTimeout: Duration?

    @Option("The timeout for the start of an answer. Default: 30s.", in: allowed)
    package var firstByteTimeout: Duration?

    @Option("The longest pause within an answer. Default: 30s.", in: allowed)
    package var idleTimeout: Duration?

    @Option("The timeout of a whole request. Default: 60s.", in: allowed)
    package var timeout: Duration?

    @Option("The largest body of an answer, after decompression. Default: 64 MiB.", in: 1...ByteCount(1 << 40))
    package var maxBody: ByteCount?

    package init() {}

    private static let allowed = Duration.milliseconds(1)...Duration.seconds(86_400)
}
