package import PluginKit

/// How the stages of a pipeline talk to web servers: the section `[http]`.
///
/// What is not said is as the stage wants it, or as `HTTPLimits` and the transport have it.
package struct HTTPSettings: OptionGroup {
    @Option("How many exchanges are made with one host at a time; others wait. Default: 16.", in: 1...1000)
    package var connections: Int?

    @Option("How long a connection may take, the finding of the host and TLS included. Default: 10s.", in: allowed)
    package var connectTimeout: Duration?

    @Option("How long an answer may take to begin. Default: 30s.", in: allowed)
    package var firstByteTimeout: Duration?

    @Option("How long an answer may pause. Default: 30s.", in: allowed)
    package var idleTimeout: Duration?

    @Option("How long an exchange may take in all. Default: 60s.", in: allowed)
    package var timeout: Duration?

    @Option("How large the body of an answer may be, unpacked. Default: 64 MiB.", in: 1...ByteCount(1 << 40))
    package var maxBody: ByteCount?

    package init() {}

    private static let allowed = Duration.milliseconds(1)...Duration.seconds(86_400)
}
