import Diagnostics
import Formats
import SampleExport
import TraktServer

/// What the command line asks for.
struct Arguments {
    var options = ServerOptions()
    var size = AccountSize(plays: 2500, ratings: 300)
    /// Whether the account is that of the sample, and not made up anew.
    var isSample = false
    /// Where to write the account's export, besides serving it.
    var export: String?
    var asksForHelp = false

    static let usage = """
        usage: scripts/trakt-server [OPTION …]

          --sample           the account of pipelines/sample/trakt-export.zip instead of a made-up one
          --seed N           another made-up account
          --plays N          its plays of films (default 2500)
          --ratings N        its ratings of films (default 300)
          --export FILE      write its export too, as a ZIP
          --private          only its owner may look
          --port N           the port (default: one that is free)
          --auth-port        a port of its own for OAuth
          --latency MS       what every answer takes (default 0)
          --limit N          GETs in a window (default 1000)
          --window SECONDS   the window (default 300)
          --paging RULES     today or old
          --token-life S     how long tokens hold (default 604800)
          --poll S           how often a client may ask for its token (default 5)
          --fault 'FAULT'    something that goes wrong; may be given again: '502 share=2% once', '429:3 every=20'
        """

    /// Reads the command line.
    ///
    /// - Throws: `server.arguments` or `server.fault`, with what is allowed.
    init(_ words: [String]) throws(Diagnostic) {
        options.port = 0
        var words = words[...]
        while let word = words.popFirst() {
            switch word {
            case "--help", "-h": asksForHelp = true
            case "--sample": isSample = true
            case "--private": isPrivate = true
            case "--auth-port": options.authOnOwnPort = true
            default:
                guard let value = words.popFirst() else {
                    throw Self.problem("'\(word)' is no option, or lacks its value")
                }
                try take(value, for: word)
            }
        }
    }

    private var isPrivate = false

    private mutating func take(_ value: String, for word: String) throws(Diagnostic) {
        switch word {
        case "--fault": options.faults.append(try Fault(parsing: value))
        case "--export": export = value
        case "--paging":
            guard let rules = ServerOptions.Paging(rawValue: value) else {
                throw Self.problem("'\(value)' are no rules of paging: today or old")
            }
            options.paging = rules
        default:
            guard let number = Int(value), number >= 0 else {
                throw Self.problem("\(word) takes a number, not '\(value)'")
            }
            switch word {
            case "--port": options.port = UInt16(clamping: number)
            case "--seed": size.seed = UInt64(number)
            case "--plays":
                size.plays = number
                size.episodePlays = number / 10
            case "--ratings": size.ratings = number
            case "--latency": options.latency = .milliseconds(number)
            case "--limit": options.limit = number
            case "--window": options.period = .seconds(number)
            case "--token-life": options.tokenLife = .seconds(number)
            case "--poll": options.pollInterval = .seconds(number)
            default: throw Self.problem("'\(word)' is no option")
            }
        }
    }

    /// The account that is asked for.
    var account: TraktAccount {
        var account = isSample ? TraktAccount(MadeUpAccount()) : TraktAccount(size)
        account.owner.isPrivate = isPrivate
        return account
    }

    private static func problem(_ message: String) -> Diagnostic {
        Diagnostic("server.arguments", message: message, hint: "--help lists the options")
    }
}
