package import Diagnostics
internal import HTTP
internal import Pipelines
internal import PluginKit

/// The secret that clients of a monitor have to know.
///
/// Printing it does not show it.
package struct MonitorToken: Sendable {
    /// The environment variable that contains one.
    package static let variable = "SPROCKET_MONITOR_TOKEN"
    /// The fewest bytes of a token: with fewer, it could be guessed.
    package static let fewestBytes = 16
    private static let mostBytes = 1024

    let token: HTTPToken

    /// Reads the token of a command.
    ///
    /// - Parameters:
    ///   - path: The file that contains it; nil for the environment.
    ///   - environment: The environment's variables.
    /// - Returns: The token; nil if there is neither a file nor a variable.
    /// - Throws: `monitor.token` if it is too short or has other characters than visible ones; `file.*`.
    package static func given(
        _ path: String?,
        environment: [String: String]
    ) throws(Diagnostic) -> MonitorToken? {
        if let path {
            let bytes = try InputFile(path).readAll(atMost: mostBytes + 2)
            return try MonitorToken(String(decoding: bytes, as: UTF8.self), from: "the file \(path)")
        }
        // An empty variable is refused as well: it was meant to be a token.
        guard let text = environment[variable] else { return nil }
        return try MonitorToken(text, from: variable)
    }

    /// Checks a token; line ends around it do not count.
    ///
    /// - Throws: `monitor.token`, without a part of it.
    init(_ text: String, from origin: String) throws(Diagnostic) {
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let rest = text.drop(while: isBlank)
        let token = String(rest[..<(rest.lastIndex { !isBlank($0) }.map(rest.index(after:)) ?? rest.startIndex)])
        guard token.utf8.count >= Self.fewestBytes, token.utf8.count <= Self.mostBytes,
            token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else {
            throw Diagnostic(
                "monitor.token",
                message: "the token of the monitor in \(origin) is not one of \(Self.fewestBytes) to \(Self.mostBytes) "
                    + "visible ASCII characters",
                category: .usage,
                hint: "for example the output of: openssl rand -hex 32"
            )
        }
        self.token = HTTPToken(token)
    }

    /// The refusal of a monitor that everyone in the network could read.
    static func isMissing(at address: MonitorAddress) -> Diagnostic {
        Diagnostic(
            "monitor.token",
            message: "the monitor at \(address) can be reached from other machines, and needs a token",
            category: .usage,
            hint: "--monitor-token-file FILE, or the environment variable \(variable); without a token it can listen "
                + "at 127.0.0.1"
        )
    }
}

extension MonitorToken: CustomStringConvertible, CustomReflectable {
    /// `•••`.
    package var description: String { "•••" }

    /// Empty: dumping a token does not show it.
    package var customMirror: Mirror { Mirror(self, children: [], displayStyle: .struct) }
}
