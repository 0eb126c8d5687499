internal import Diagnostics
internal import PluginKit

/// A web page in place of data: an answer of Cloudflare, Trakt's proxy, and not of Trakt.
enum WebPage {
    /// Whether the body of a response is a web page.
    static func isBody(of response: HTTPResponse) -> Bool {
        let first = response.body.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        return first == UInt8(ascii: "<")
    }

    static let blocked = Diagnostic(
        "account.blocked",
        message: "Cloudflare, Trakt's proxy, blocks requests from here",
        category: .environment,
        hint: "try again later or from another network; \(export)"
    )

    /// The alternative for accounts without an app.
    static let export =
        "or use the export: https://app.trakt.tv/settings/data, then run a 'trakt-export-…' pipeline"
}
