public import Formats

/// What expressions are evaluated in.
public struct ExpressionContext: Sendable {
    /// The time of the run, the same for all its records, in microseconds since 1970-01-01T00:00:00Z.
    public let now: Int64
    /// The time zones of the machine.
    public let zones: TimeZones

    /// A context.
    ///
    /// - Parameters:
    ///   - now: The time of the run in microseconds since 1970-01-01T00:00:00Z.
    ///   - environment: The environment variables, for the zone of the machine.
    public init(now: Int64 = 0, environment: [String: String] = [:]) {
        self.now = now
        zones = TimeZones(environment: environment)
    }
}
