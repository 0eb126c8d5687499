internal import PluginKit

/// The way to web servers that all of this process shares.
enum Network {
    /// What carries requests.
    static let transport: any HTTPTransport = NoTransport()
}
